"""Questions of the built-in library in the reader's language."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from surveys.rules.scales import COMMENT, Family, Scale, scale_of


def question_label(code: str) -> str:
    """What a question code asks, with the ends of its scale; other questionnaires' codes as is."""
    if code == COMMENT:
        return _("Comment")
    scale = scale_of(code)
    if scale is None:
        return code
    if scale.family == Family.RATER:
        return _rater(code)
    return _families()[scale.family].format(low=scale.low, high=scale.high)


def _families() -> dict[Family, str]:
    return {
        Family.CSAT: _("Satisfaction ({low}–{high})"),
        Family.NPS: _("Recommendation ({low}–{high})"),
        Family.NPS5: _("Recommendation ({low}–{high})"),
        Family.CES: _("Effort ({low}–{high})"),
    }


def _rater(code: str) -> str:
    """`rater_r3_p` as Reliability 3, perceived."""
    _family, item, side = code.split("_")
    dimension = dimension_label(item[0])
    sentence = (
        _("{dimension} {item}, expected") if side == "e" else _("{dimension} {item}, perceived")
    )
    return sentence.format(dimension=dimension, item=item[1:])


def dimension_label(letter: str) -> str:
    """The RATER dimension of a letter."""
    return {
        "t": _("Tangibles"),
        "r": _("Reliability"),
        "s": _("Responsiveness"),
        "a": _("Assurance"),
        "e": _("Empathy"),
    }[letter]


def metric_label(metric: str) -> str:
    """A score's short name; an item's own code where it has no other."""
    return {
        "nps": pgettext("survey metric", "NPS"),
        "nps5": pgettext("survey metric", "NPS, five points"),
        "csat": pgettext("survey metric", "Satisfaction"),
        "ces": pgettext("survey metric", "Effort"),
    }.get(metric, metric)


def metric_hint(scale: Scale) -> str:
    """What is counted, and which way is good."""
    if scale.family in {Family.NPS, Family.NPS5}:
        return _("promoters less detractors, in points")
    if scale.family is Family.CES and not scale.higher_is_better:
        return _("mean, 1 to 5, low is easy")
    return _("{low} to {high} of {most}").format(
        low=min(scale.satisfied), high=max(scale.satisfied), most=scale.high
    )
