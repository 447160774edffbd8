"""Figures of the statistics pages, each in its unit."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.charts import Unit
from core.templatetags.ui import delta, money, quantity, share
from workspace.statistics.months import Month
from workspace.statistics.parts import Measure, Part
from workspace.statistics.pictures import OverTime

register = template.Library()


@register.simple_tag
def measured(part: Part, measure: Measure, currency: str) -> SafeString:
    """One cell of the table by part."""
    value = measure.of(part)
    if measure.kind == "money":
        return money(value, currency)
    if measure.kind == "share":
        return share(value)
    return delta(value) if measure.kind == "change" else quantity(value)


@register.simple_tag
def amount(value: Decimal | int | None, unit: Unit) -> SafeString:
    """A figure over time: money with its currency, else a number."""
    return money(value, unit.currency) if unit.kind == "money" else quantity(value)


@register.simple_tag
def month_value(month: Month, found: OverTime) -> Any:
    """What the month comes to, in full."""
    chinese = (get_language() or "").startswith("zh")
    return found.unit.write(month.value(found.measure), chinese=chinese)
