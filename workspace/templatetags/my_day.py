"""Figures and dates as the first page writes them."""

import datetime as dt
from decimal import Decimal

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.formats import signed

register = template.Library()


@register.simple_tag
def points(value: Decimal) -> SafeString:
    """Points with their sign, as NPS is written."""
    return format_html('<span class="num">{}</span>', signed(value, 0))


@register.simple_tag
def weekday(value: dt.date) -> str:
    """A day of this year with its weekday."""
    chinese = (get_language() or "").startswith("zh")
    return formats.date_format(value, "n月j日 l" if chinese else "D j M")
