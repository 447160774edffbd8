"""What the command palette finds: customers, contacts, papers by their number, and commands.

Codes, numbers and names of contacts are found by their beginning, names of customers anywhere.
Only rows the person sees, only fields their role may read. Pinyin would be one more condition in
`_customers`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

import customers.filters  # noqa: F401  (registers contains_any_case)
from contracts.models import Contract, PlanLine, Receipt
from core.fields import FieldClass
from core.formats import masked_phone
from customers.models import Contact, Customer
from organization.models import User
from organization.permissions import Action, can, may_read
from shipments.models import Waybill
from workspace.commands import Command

SHOWN = 6  # of each kind
_READ = 60  # candidates; the best of them are shown
_LEAST_NUMBER = 3  # characters of a number
_LEAST_PHONE = 7
_TIERS = {tier: place for place, tier in enumerate(("large", "medium", "risk", "potential"))}


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: a customer with a tier, or something with an icon."""

    url: str
    label: str
    detail: str
    icon: str = ""
    tier: str = ""
    mark: str = ""  # what a customer is called for short


@dataclass(frozen=True, slots=True)
class Found:
    """What fits the text, kind by kind."""

    customers: list[Hit]
    contacts: list[Hit]
    papers: list[Hit]
    commands: list[Command]

    @property
    def number(self) -> int:
        """How many."""
        found = len(self.customers) + len(self.contacts) + len(self.papers)
        return found + len(self.commands)


def search(user: User, text: str, commands: Iterable[Command]) -> Found:
    """What fits the text; without a text the commands alone. At most 8 queries."""
    text = " ".join(text.replace("\0", "").split())
    fitting = [command for command in commands if command.fits(text)]
    if not text or not can(user, Action.VIEW_CUSTOMERS):
        return Found([], [], [], fitting)
    return Found(_customers(user, text), _contacts(user, text), _papers(user, text), fitting)


def _customers(user: User, text: str) -> list[Hit]:
    """The best of the first _READ: whole code or name, then its beginning, then the big ones.

    The whole code is looked for by itself: a million codes may begin like it.
    """
    upper = text.upper()
    fits = (
        Q(code__startswith=text)
        | Q(code__startswith=upper)
        | Q(uscc__startswith=upper)
        | Q(name__contains_any_case=text)
        | Q(short_name__contains_any_case=text)
    )
    seen = Customer.objects.visible_to(user).unmerged().select_related("org_unit").order_by()
    candidates = [*seen.filter(code__in=[text, upper]), *seen.filter(fits)[:_READ]]
    found = sorted(set(candidates), key=lambda customer: _rank(customer, text.casefold()))
    return [
        Hit(
            url=reverse("customer", args=[customer.pk]),
            label=customer.name,
            detail=f"{customer.code} · {customer.org_unit.name}",
            tier=customer.tier,
            mark=customer.short_name,
        )
        for customer in found[:SHOWN]
    ]


def _rank(customer: Customer, text: str) -> tuple[int, int, str]:
    fields = [customer.code, customer.name, customer.short_name, customer.uscc]
    values = [value.casefold() for value in fields]
    if text in values:
        closeness = 0
    elif any(value.startswith(text) for value in values):
        closeness = 1
    else:
        closeness = 2
    return closeness, _TIERS.get(customer.tier, len(_TIERS)), customer.code


def _contacts(user: User, text: str) -> list[Hit]:
    """By the beginning of the name, or of a mobile number of at least seven digits."""
    if not may_read(user, FieldClass.PERSONAL):
        return []
    fits = Q(name__startswith=text)
    digits = text.replace(" ", "").replace("-", "")
    if digits.isdecimal() and len(digits) >= _LEAST_PHONE:
        fits |= Q(mobile__startswith=digits)
    seen = Contact.objects.visible_to(user).filter(fits, customer__merged_into=None)
    return [
        Hit(
            url=reverse("customer_section", args=[contact.customer_id, "contacts"]),
            label=contact.name,
            detail=_joined(contact.title, contact.customer.name, masked_phone(contact.mobile)),
            icon="address-book",
        )
        for contact in seen.select_related("customer").order_by("name", "pk")[:SHOWN]
    ]


def _papers(user: User, text: str) -> list[Hit]:
    """Contracts, receipts and plan lines by the beginning of their number, a waybill by all."""
    if len(text) < _LEAST_NUMBER or " " in text:
        return []
    kinds = _kinds()
    pieces = [
        _numbers(Contract.objects.visible_to(user), "contract_no__startswith", text, "contracts"),
        _numbers(PlanLine.objects.visible_to(user), "line_no__startswith", text, "receivables"),
        _numbers(Receipt.objects.visible_to(user), "receipt_no__startswith", text, "receipts"),
        _numbers(
            Waybill.objects.visible_to(user), "waybill_no__in", [text, text.upper()], "waybills"
        ),
    ]
    found = pieces[0].union(*pieces[1:], all=True)
    return [
        Hit(
            url=reverse("customer_section", args=[customer, section]),
            label=number,
            detail=_joined(kinds[section][0], name),
            icon=kinds[section][1],
        )
        for number, section, customer, name in found
    ]


def _kinds() -> dict[str, tuple[str, str]]:
    """Section of the customer page -> what a number there is, and its icon."""
    return {
        "contracts": (_("contract"), "file-text"),
        "receivables": (_("plan line"), "file-invoice"),
        "receipts": (_("receipt"), "receipt-yuan"),
        "waybills": (_("waybill"), "truck-delivery"),
    }


def _numbers(seen: QuerySet[Any], lookup: str, text: object, section: str) -> QuerySet[Any, Any]:
    field = lookup.partition("__")[0]
    return (
        seen.filter(**{lookup: text})
        .order_by(field)
        .values_list(F(field), Value(section), F("customer_id"), F("customer__name"))[:SHOWN]
    )


def _joined(*parts: str) -> str:
    return " · ".join(_filled(parts))


def _filled(parts: Iterable[str]) -> Iterator[str]:
    return (part for part in parts if part)
