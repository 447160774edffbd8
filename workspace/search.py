"""What the command palette finds: customers, contacts, papers by their number, and commands.

Customers and contacts are found by `customers.reports.search`, as the list finds them; papers by
their number. Only rows the person sees, only fields their role may read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contract, PlanLine, Receipt
from core.formats import masked_phone
from customers.models import Contact
from customers.reports.search import Match, find, ranked
from organization.models import User
from organization.permissions import Action, can
from shipments.models import Waybill
from workspace.commands import Command

SHOWN = 6  # of each kind
_READ = 60  # keys that fit, of each kind; the best are shown
_LEAST_NUMBER = 3  # characters of a number


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
    text = " ".join(text.split())
    fitting = [command for command in commands if command.fits(text)]
    if not text or not can(user, Action.VIEW_CUSTOMERS):
        return Found([], [], [], fitting)
    matches = find(user, text, _READ)
    return Found(_customers(user, matches), _contacts(user, matches), _papers(user, text), fitting)


def _customers(user: User, matches: list[Match]) -> list[Hit]:
    return [
        Hit(
            url=reverse("customer", args=[customer.pk]),
            label=customer.name,
            detail=f"{customer.code} · {customer.org_unit.name}",
            tier=customer.tier,
            mark=customer.short_name,
        )
        for customer in ranked(user, matches)[:SHOWN]
    ]


def _contacts(user: User, matches: list[Match]) -> list[Hit]:
    """Found by name or number; `find` leaves them out for roles that may not read them."""
    ids = {match.contact for match in matches if match.contact is not None}
    seen = Contact.objects.visible_to(user).known().filter(pk__in=ids, customer__merged_into=None)
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
