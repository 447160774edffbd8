"""Receivables drawn."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from contracts.reports import AgeingRow
from core.templatetags.ui import bar_stack

register = template.Library()
TONES = {
    "not_due": "accent",
    "d1_30": "c1",
    "d31_60": "c2",
    "d61_90": "c3",
    "d91_180": "c4",
    "d181_365": "c4",
    "d365_plus": "c4",
}


@register.simple_tag
def ageing_bar(row: AgeingRow) -> SafeString:
    """One customer's open amounts as a bar: blue is not due, the redder the older."""
    parts = [(getattr(row, name), tone) for name, tone in TONES.items()]
    return bar_stack(parts, _("Open amounts by age; the figures stand in the table below"))
