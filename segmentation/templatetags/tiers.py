"""Leaf tags of the tiers page."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.formats import MINUS, NOTHING, signed
from core.rules import rounded
from core.templatetags.micro import meter
from customers.models import Customer
from segmentation.reports import TierRow
from segmentation.rules.concentration import Concentration

register = template.Library()


@register.simple_tag
def signed_count(change: int | None) -> SafeString:
    """A change of a number with its sign; a dash without one to compare with, or for none."""
    if not change:
        return format_html('<span class="muted">{}</span>', NOTHING)
    mark = "+" if change > 0 else MINUS
    return format_html('<span class="num">{}{}</span>', mark, f"{abs(change):,}")


@register.simple_tag
def points(change: Decimal) -> SafeString:
    """The change of a share in percentage points; neither good nor bad."""
    return format_html(
        '<span class="num">{}</span>', _("{points} pt").format(points=signed(100 * change))
    )


@register.simple_tag
def tier_meter(row: TierRow) -> SafeString:
    """The share of revenue as a bar in the tier's colour."""
    if row.revenue_share is None:
        return SafeString("")
    return meter(100 * row.revenue_share, 100, row.tier)


@register.simple_tag
def grade_word(grade: str) -> str:
    """What the value grade is called; one for which too little is known, too."""
    return str(Customer.ValueGrade(grade).label) if grade else _("Unknown")


@register.filter
def gini(found: Concentration) -> str:
    """The coefficient to two decimals."""
    value = found.gini
    return NOTHING if value is None else str(rounded(value, 2))
