"""The sections of a customer's page: each has its address, its rows, its template."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, Receipt
from contracts.reports import in_transit, open_lines
from core.rules import rate
from customers.models import Account, Contact, Customer, Share
from engagement.models import Note
from organization.models import User
from organization.permissions import Action, can
from shipments.models import CustomerMonth, Waybill
from surveys.models import Response
from workspace.header import header
from workspace.history import SHOWN, history
from workspace.profile import personal, profile

LATEST = 50  # rows of a section that shows the latest only
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Section:
    """One tab; `read` gives the template what it shows."""

    name: str
    label: Any
    action: Action
    read: Callable[[User, Customer, date], dict[str, Any]]

    @property
    def template(self) -> str:
        """The template of the section's content."""
        return f"workspace/sections/{self.name}.html"


def _profile(user: User, customer: Customer, _day: date) -> dict[str, Any]:
    return {
        "groups": profile(user, customer),
        "accounts": Account.objects.visible_to(user).filter(customer=customer),
        "helpers": [
            share.user
            for share in Share.objects.visible_to(user)
            .filter(customer=customer)
            .select_related("user")
        ],
    }


def _contacts(user: User, customer: Customer, _day: date) -> dict[str, Any]:
    contacts = Contact.objects.visible_to(user).filter(customer=customer)
    people = []
    for contact in contacts.select_related("reports_to").order_by("-is_primary", "name"):
        boss = contact.reports_to.name if contact.reports_to else ""
        for name in ("name", "mobile", "phone", "email", "wechat"):
            setattr(contact, name, personal(user, getattr(contact, name)))
        people.append((contact, personal(user, boss)))
    return {"people": people}


def _contracts(user: User, customer: Customer, _day: date) -> dict[str, Any]:
    contracts = Contract.objects.visible_to(user).filter(customer=customer)
    return {"contracts": contracts.order_by("-starts_on", "contract_no")[:LATEST]}


def _receivables(_user: User, customer: Customer, day: date) -> dict[str, Any]:
    lines = open_lines(customer, day)
    return {
        "open_lines": lines[:LATEST],
        "open_count": len(lines),
        "in_transit": in_transit(customer, day),
    }


def _receipts(user: User, customer: Customer, _day: date) -> dict[str, Any]:
    receipts = Receipt.objects.visible_to(user).filter(customer=customer)
    return {"receipts": receipts.select_related("line").order_by("-received_on", "-pk")[:LATEST]}


def _waybills(user: User, customer: Customer, _day: date) -> dict[str, Any]:
    months = CustomerMonth.objects.visible_to(user).filter(customer=customer).by_month()
    waybills = Waybill.objects.visible_to(user).filter(customer=customer)
    return {
        "months": [_month(row) for row in months.reverse()[:MONTHS]],
        "waybills": waybills.order_by("-accepted_on", "-waybill_no")[:LATEST],
    }


def _month(row: dict[str, Any]) -> dict[str, Any]:
    """The sums of a month with its name and its share on time."""
    year, month0 = divmod(row["month"], 12)
    return {
        **row,
        "label": f"{year}-{month0 + 1:02d}",
        "on_time_rate": rate(row["on_time"], row["promised"]),
    }


def _surveys(user: User, customer: Customer, _day: date) -> dict[str, Any]:
    responses = Response.objects.visible_to(user).filter(customer=customer)
    latest = responses.select_related("survey").prefetch_related("answers")
    return {"responses": latest.order_by("-answered_at", "-pk")[:LATEST]}


def _notes(user: User, customer: Customer, _day: date) -> dict[str, Any]:
    notes = Note.objects.visible_to(user).filter(customer=customer)
    return {"notes": notes.order_by("-written_at", "note_no")[:LATEST]}


def _history(user: User, customer: Customer, _day: date) -> dict[str, Any]:
    return {"entries": history(user, customer), "shown": SHOWN}


SECTIONS = (
    Section("profile", _("Profile"), Action.VIEW_CUSTOMERS, _profile),
    Section("contacts", _("Contacts"), Action.VIEW_CUSTOMERS, _contacts),
    Section("contracts", _("Contracts"), Action.VIEW_RECEIVABLES, _contracts),
    Section("receivables", _("Receivables"), Action.VIEW_RECEIVABLES, _receivables),
    Section("receipts", _("Receipts"), Action.VIEW_RECEIVABLES, _receipts),
    Section("waybills", _("Waybills"), Action.VIEW_CUSTOMERS, _waybills),
    Section("surveys", _("Satisfaction"), Action.VIEW_CUSTOMERS, _surveys),
    Section("notes", _("Notes"), Action.VIEW_CUSTOMERS, _notes),
    Section("history", _("History"), Action.VIEW_HISTORY, _history),
)


def sections_for(user: User) -> list[Section]:
    """The sections the person's role opens."""
    return [section for section in SECTIONS if can(user, section.action)]


def context_of(user: User, customer: Customer, section: Section) -> dict[str, Any]:
    """What the page shows: the key figures and the section's own rows."""
    above = header(customer)
    return {"header": above, "latest": LATEST, **section.read(user, customer, above.day)}
