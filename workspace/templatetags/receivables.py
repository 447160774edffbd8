"""Small help for the templates of the receivables pages."""

from decimal import Decimal

from django import template

from contracts.reports.receivables import Sums
from contracts.rules.ageing import BUCKETS

register = template.Library()


@register.filter
def aged(sums: Sums) -> list[Decimal]:
    """The open amounts in the order of the ages."""
    return [sums.amounts[name] for name in BUCKETS]
