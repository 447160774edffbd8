"""Leaf tags of the survey pages."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.formats import NOTHING, signed
from core.rules import percent, rate
from core.templatetags.micro import forest
from core.templatetags.ui import bar_stack
from surveys.messages import dimension_label, metric_label
from surveys.presentation import Shown
from surveys.reports import Figure
from surveys.rules.changes import Change

register = template.Library()
register.simple_tag(metric_label, name="survey_metric")
register.simple_tag(dimension_label, name="survey_dimension")


@register.simple_tag
def survey_figure(figure: Figure | str | None) -> SafeString:
    """The value of a score; a dash where it is not asked for or hidden; few answers are marked."""
    if not isinstance(figure, Figure) or figure.value is None:
        return format_html('<span class="muted">{}</span>', NOTHING)
    shown = Shown.of(figure)
    star = ""
    if figure.is_weak:
        star = format_html('<span class="warn" title="{}"> *</span>', _("Fewer than 30 answers"))
    return format_html('<span class="num">{}{}</span>', shown.value, star)


@register.simple_tag
def survey_forest(figure: Figure | str | None) -> SafeString:
    """NPS with its interval on the whole axis."""
    if not isinstance(figure, Figure):
        return SafeString("")
    return forest(figure.interval, (-100, 100), 0)


@register.simple_tag
def survey_row(
    shown: Shown, limits: tuple[Decimal | int, Decimal | int], whole: Shown
) -> SafeString:
    """A group with its interval, beside the line of all."""
    low, high = shown.figure.interval[1:]
    value, good_is_high = whole.figure.value, shown.figure.scale.higher_is_better
    tone = "accent"
    if None not in (low, high, value):
        beyond = (high < value) if good_is_high else (low > value)  # type: ignore[operator]  # neither is None here
        tone = "bad" if beyond else "accent"
    if shown.figure.is_weak:
        tone = "muted"
    return forest(shown.figure.interval, limits, value, tone)


@register.simple_tag
def survey_mix(shown: Shown) -> SafeString:
    """Both ends and what lies between as one bar."""
    words = ", ".join(f"{word} {count}" for count, _tone, word in shown.parts)
    return bar_stack([(count, tone) for count, tone, _word in shown.parts], words)


@register.simple_tag
def share_of(part: int, whole: int) -> str:
    """A whole per cent with its count in brackets."""
    found = percent(rate(part, whole), 0)
    return NOTHING if found is None else f"{found}% ({part:,})"


@register.simple_tag
def survey_change(change: Change | None) -> SafeString:
    """How the score moved since the survey before, and whether that is more than chance (A9)."""
    if change is None:
        return format_html('<span class="muted">{}</span>', _("nothing to compare with"))
    points = signed(100 * change.difference)
    if not change.is_clear:
        words = _("{points} since the survey before: no clear change")
        return format_html('<span class="muted">{}</span>', words.format(points=points))
    tone = "ok" if change.difference > 0 else "bad"
    words = _("{points} since the survey before: a clear change")
    return format_html('<span class="{} md">{}</span>', tone, words.format(points=points))


@register.simple_tag
def survey_gap(gap: Decimal | None) -> str:
    """A gap with its sign."""
    return NOTHING if gap is None else signed(gap, 2)
