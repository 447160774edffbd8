"""By what the shipments can be split, and what one value of it is called.

A dimension reads its value from the customer of today, or from lanes of waybills. Each is
a filter too: a value's line leads to the customers behind it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext_lazy as pgettext

from customers.models import Customer
from organization.models import OrgUnit, User
from shipments.rules.places import Scope

NONE = "~"  # the value of what is not stated, in addresses
SEPARATOR = " → "


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to split; `field` is where its value stands, from a row of the rollup."""

    name: str
    label: Any
    field: str = ""
    kind: Literal["customer", "lane", "pair", "age"] = "customer"
    labels: dict[str, Any] | None = None  # of the values it can have


_TIERS = {str(value): label for value, label in Customer.Tier.choices}
_SCOPES: dict[str, Any] = {
    Scope.CITY: pgettext("service scope", "Within a city"),
    Scope.REGIONAL: pgettext("service scope", "Within a province"),
    Scope.NATIONAL: pgettext("service scope", "National"),
    Scope.CROSS_BORDER: pgettext("service scope", "Cross-border"),
    Scope.UNKNOWN: pgettext("service scope", "Not known"),
}
_AGES: dict[str, Any] = {
    "old": pgettext("customers of before", "Old customers"),
    "new": pgettext("since the period began", "New customers"),
}
DIMENSIONS = {
    one.name: one
    for one in (
        Dimension("customer", gettext_lazy("Customer"), "customer_id"),
        Dimension("manager", gettext_lazy("Account manager"), "customer__account_manager_id"),
        Dimension("unit", gettext_lazy("Unit"), "customer__org_unit_id"),
        Dimension("lane", gettext_lazy("Lane"), kind="pair"),
        Dimension("service", gettext_lazy("Service"), "service", "lane"),
        Dimension("tier", gettext_lazy("Tier"), "customer__tier", labels=_TIERS),
        Dimension("size", gettext_lazy("Size"), "customer__size", labels=_TIERS),
        Dimension(
            "abc",
            gettext_lazy("ABC class"),
            "customer__abc_class",
            labels=dict(Customer.AbcClass.choices),
        ),
        Dimension("region", gettext_lazy("Region"), "customer__province"),
        Dimension("industry", gettext_lazy("Industry"), "customer__industry"),
        Dimension("ownership", pgettext("company", "Ownership"), "customer__ownership"),
        Dimension("scope", gettext_lazy("Service scope"), kind="pair", labels=_SCOPES),
        Dimension("source", gettext_lazy("Source"), "customer__source"),
        Dimension("age", gettext_lazy("Old and new customers"), kind="age", labels=_AGES),
    )
}


def labels_of(dimension: Dimension, keys: Iterable[Any]) -> dict[Any, tuple[str, str]]:
    """For each key of the dimension its name and its value in addresses."""
    keys = list(keys)
    if dimension.name == "customer":
        found = Customer.objects.in_bulk([key for key in keys if key is not None])
        return {pk: (one.short_name or one.name, str(pk)) for pk, one in found.items()}
    if dimension.name == "manager":
        people = User.objects.in_bulk([key for key in keys if key is not None])
        named = {pk: (str(one), one.username) for pk, one in people.items()}
        return named | {None: (_("Nobody's"), NONE)}
    if dimension.name == "unit":
        units = OrgUnit.objects.in_bulk([key for key in keys if key is not None])
        return {pk: (one.name, one.code) for pk, one in units.items()}
    return {key: (value_label(dimension, key), key or NONE) for key in keys}


def value_label(dimension: Dimension, value: str) -> str:
    """What a value that is a text is called."""
    if value in {"", NONE}:
        return _("Not stated")
    return str((dimension.labels or {}).get(value, value))
