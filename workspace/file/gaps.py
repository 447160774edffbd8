"""What a file lacks, and where one adds it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from customers.groups import GROUPS
from customers.messages import item_label, section_label
from customers.models import Customer
from customers.rules.completeness import SECTION_OF, Completeness


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing; `is_stale` where a whole section waits to be confirmed."""

    label: Any
    url: str
    is_stale: bool = False


def gaps(state: Completeness, customer: Customer) -> list[Gap]:
    """First what is too old, then what is missing, in the order of the file."""
    old = [Gap(section_label(name), _group_url(customer, name), True) for name in state.stale]
    return old + [Gap(item_label(item), _url(customer, item)) for item in state.missing]


def _url(customer: Customer, item: str) -> str:
    section = SECTION_OF[item]
    if item == "shareholders":
        return reverse("shareholder_new", args=[customer.pk])
    if section in GROUPS:
        return f"{_group_url(customer, section)}#id_{item}"
    tab = {"people": "contacts", "contract": "contracts", "credit": "credit"}.get(
        section, "profile"
    )
    return reverse("customer_section", args=[customer.pk, tab])


def _group_url(customer: Customer, group: str) -> str:
    return reverse("profile_group", args=[customer.pk, group])
