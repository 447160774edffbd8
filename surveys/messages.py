"""Questions of the built-in library in the reader's language."""

from django.utils.translation import gettext as _

from surveys.rules.scales import COMMENT, Family, scale_of


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
    dimension = {
        "t": _("Tangibles"),
        "r": _("Reliability"),
        "s": _("Responsiveness"),
        "a": _("Assurance"),
        "e": _("Empathy"),
    }[item[0]]
    sentence = (
        _("{dimension} {item}, expected") if side == "e" else _("{dimension} {item}, perceived")
    )
    return sentence.format(dimension=dimension, item=item[1:])
