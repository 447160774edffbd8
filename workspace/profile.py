"""The filled fields of a customer's file, in groups, as the reader's role may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.fields import MASK, FieldClass
from customers.models import Customer
from organization.models import User
from organization.permissions import may_read

GROUPS = (
    (
        _("Company"),
        "short_name uscc party_role industry ownership legal_representative founded_on employees"
        " registered_capital website",
    ),
    (_("Address"), "province city district address phone email"),
    (
        _("Business"),
        "main_business annual_output market_share main_stations transport_modes private_siding"
        " stock_level transport_cycle planned_annual_revenue planned_annual_volume planned_growth",
    ),
    (
        _("Relation"),
        "parent customer_since source credit_limit deposit tags attention culture_notes notes",
    ),
)
IN_THE_HEADER = "code name status org_unit account_manager tier size abc_class"
NOT_SHOWN = "id merged_into created_at"
_MONEY = {
    "registered_capital",
    "annual_output",
    "planned_annual_revenue",
    "credit_limit",
    "deposit",
}
_SHARES = {"market_share", "planned_growth"}
_DATES = {"founded_on", "customer_since"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: its label, value, and how it is written (money, share, day, tags, text ...)."""

    label: Any
    value: Any
    kind: str


def profile(user: User, customer: Customer) -> list[tuple[Any, list[Fact]]]:
    """Groups of filled fields; groups without any are left out."""
    groups = [(label, list(_facts(user, customer, names.split()))) for label, names in GROUPS]
    return [(label, facts) for label, facts in groups if facts]


def completeness(user: User, customer: Customer) -> Decimal:
    """The filled part of the fields the person may read, as a fraction."""
    names = [name for _label, group in GROUPS for name in group.split()]
    readable = [name for name in names if may_read(user, Customer.field_classes[name])]
    filled = [name for name in readable if getattr(customer, name) not in (None, "", [])]
    return Decimal(len(filled)) / len(readable)


def _facts(user: User, customer: Customer, names: list[str]) -> Iterator[Fact]:
    labels = {field.name: field.verbose_name for field in Customer._meta.concrete_fields}
    for name in names:
        value = _parent(user, customer) if name == "parent" else getattr(customer, name)
        if value in (None, "", []):
            continue
        label = labels[name]
        if not may_read(user, Customer.field_classes[name]):
            yield Fact(label, MASK, "text")
        else:
            yield Fact(label, _shown(customer, name, value), _kind(name, value))


def _shown(customer: Customer, name: str, value: Any) -> Any:
    display = getattr(customer, f"get_{name}_display", None)
    if display:
        return display()
    is_figure = isinstance(value, Decimal) and name not in _MONEY | _SHARES
    return f"{value.normalize():,f}" if is_figure else value


def _kind(name: str, value: Any) -> str:
    if name in _MONEY:
        return "money"
    if name in _SHARES:
        return "share"
    if name in _DATES:
        return "day"
    kinds = {bool: "truth", list: "tags", Customer: "customer"}
    return kinds.get(type(value), "number" if isinstance(value, int) else "text")


def _parent(user: User, customer: Customer) -> Customer | None:
    """The group company, if the person may see it."""
    if customer.parent_id is None:
        return None
    return Customer.objects.visible_to(user).filter(pk=customer.parent_id).first()


def personal(user: User, value: str) -> str:
    """A detail of a person, masked for roles that do not read them."""
    return value if not value or may_read(user, FieldClass.PERSONAL) else MASK
