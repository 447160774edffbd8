"""The filled fields of a customer's file, in groups, as the reader's role may see them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.fields import MASK, FieldClass
from customers.groups import GROUPS
from customers.messages import uscc_sentence
from customers.models import Customer
from customers.rules.uscc import judge_uscc
from organization.models import User
from organization.permissions import may_read
from workspace.file.state import Confirmed, State

IN_THE_HEADER = (
    "code name status org_unit account_manager tier size abc_class value_grade key_account_kind"
    " lifecycle health next_follow_up_on"
)
NOT_SHOWN = "id merged_into created_at"
_LABELS = {field.name: field.verbose_name for field in Customer._meta.concrete_fields}
_MONEY = {
    "registered_capital",
    "annual_output",
    "planned_annual_revenue",
    "logistics_spend",
    "credit_limit",
    "deposit",
}
_MAY_BE_EMPTY = {"former_names", "parent", "status_reason", "status_on", "warnings"}
_SHARES = {"market_share", "planned_growth"}
_COPIED = {"uscc", "phone"}  # what one takes along to another program


@dataclass(frozen=True, slots=True)
class Fact:
    """One field: its label, value, and how it is written (money, share, day, tags, text ...)."""

    label: Any
    value: Any
    kind: str
    note: str = ""  # what is wrong with it


@dataclass(frozen=True, slots=True)
class Card:
    """One group of the file: what is known, what is not, and since when it is certain."""

    name: str
    label: Any
    facts: list[Fact]
    unknown: list[Any]  # labels of empty fields
    confirmation: Confirmed | None
    is_stale: bool


def profile(user: User, customer: Customer) -> list[tuple[Any, list[Fact]]]:
    """Groups of filled fields; groups without any are left out."""
    groups = [(group.label, list(_facts(user, customer, group.shown))) for group in GROUPS.values()]
    return [(label, facts) for label, facts in groups if facts]


def cards(user: User, customer: Customer, state: State, names: Iterable[str]) -> list[Card]:
    """The groups of those names as the page shows them."""
    return [
        Card(
            name,
            GROUPS[name].label,
            list(_facts(user, customer, GROUPS[name].shown)),
            [_LABELS[field] for field in GROUPS[name].fields if _is_unknown(customer, field)],
            state.confirmations.get(name),
            name in state.stale,
        )
        for name in names
    ]


def _is_unknown(customer: Customer, name: str) -> bool:
    """Whether it is empty and should not be."""
    return name not in _MAY_BE_EMPTY and getattr(
        customer, f"{name}_id" if name == "parent" else name
    ) in (None, "", [])


def _facts(user: User, customer: Customer, names: Iterable[str]) -> Iterator[Fact]:
    found = (fact(user, customer, name) for name in names)
    return (each for each in found if each is not None)


def fact(user: User, customer: Customer, name: str) -> Fact | None:
    """One field as the person may see it; None when it is not filled, or a company out of sight."""
    value = _parent(user, customer) if name == "parent" else getattr(customer, name)
    if value in (None, "", []):
        return None
    label = _LABELS[name]
    if not may_read(user, Customer.field_classes[name]):
        return Fact(label, MASK, "text")
    note = uscc_sentence(judge_uscc(customer.uscc)) if name == "uscc" else ""
    return Fact(label, _shown(customer, name, value), _kind(name, value), note)


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
    if name in _COPIED:
        return "copied"
    kinds = {bool: "truth", list: "tags", date: "day", Customer: "customer"}
    return kinds.get(type(value), "number" if isinstance(value, int) else "text")


def _parent(user: User, customer: Customer) -> Customer | None:
    """The group company, if the person may see it."""
    if customer.parent_id is None:
        return None
    return Customer.objects.visible_to(user).filter(pk=customer.parent_id).first()


def personal(user: User, value: str) -> str:
    """A detail of a person, masked for roles that do not read them."""
    return value if not value or may_read(user, FieldClass.PERSONAL) else MASK
