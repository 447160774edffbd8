"""Small help for the templates of the customer's file."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at(numbers: Mapping[str, int], name: str) -> int | None:
    """The number of that name; None where there is none."""
    return numbers.get(name)
