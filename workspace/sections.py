"""The sections of a customer's page: each has its address, its rows, its template."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import Contract, PlanLine, Promise, Receipt
from contracts.reports import in_transit, open_lines, with_sums
from contracts.reports.invoices import invoicing
from contracts.reports.terms import days_left, life_of
from core.rules import rate
from customers.access import visible_files
from customers.groups import GROUPS
from customers.models import Account, Address, Customer, Share, Shareholder
from engagement.models import Note
from organization.models import User
from organization.permissions import Action, can
from shipments.models import CustomerMonth, Waybill
from surveys.models import Response
from workspace.by_hand import is_by_hand
from workspace.complaints.section import complaints
from workspace.credit.dossier import credit, dossier
from workspace.credit.standing import Standing, standing_asked, standing_from
from workspace.file import counts
from workspace.file.billing import billing
from workspace.file.overview import overview
from workspace.file.owners import Owner, owners_asked, owners_from
from workspace.file.people import people
from workspace.file.state import State, facts_asked, state_from
from workspace.group import group, relatives
from workspace.header import Header
from workspace.health.section import health
from workspace.history import SHOWN, history
from workspace.network import network
from workspace.plans.section import supply
from workspace.policies.section import policy
from workspace.profile import cards, personal
from workspace.serving.section import serving
from workspace.statistics.volume import volume
from workspace.waybills import restated
from workspace.worth.section import value

LATEST = 50  # rows of a section that shows the latest only
LATEST_LINES = 500  # of all contracts together
MONTHS = 24


@dataclass(frozen=True, slots=True)
class Section:
    """One tab; `read` gives the template what it shows."""

    name: str
    label: Any
    action: Action
    read: Callable[[User, Customer, Header], dict[str, Any]]
    number: Callable[[User], Any] | None = None  # what stands beside the label (file/counts.py)
    only_with_some: bool = False  # no tab for a customer that has none

    @property
    def template(self) -> str:
        """The template of the section's content."""
        return f"workspace/sections/{self.name}.html"


def _profile(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    return {
        "cards": cards(user, customer, above.state, GROUPS),
        "shareholders": Shareholder.objects.visible_to(user).filter(customer=customer),
        "addresses": [
            _readable_address(user, row)
            for row in Address.objects.visible_to(user).filter(customer=customer)
        ],
        "accounts": Account.objects.visible_to(user).filter(customer=customer),
        "helpers": [
            share.user
            for share in Share.objects.visible_to(user)
            .filter(customer=customer)
            .select_related("user")
        ],
    }


def _readable_address(user: User, address: Address) -> Address:
    address.contact = personal(user, address.contact)
    address.phone = personal(user, address.phone)
    return address


def _contacts(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    return people(user, customer)


def _contracts(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    """Contracts with what is planned and received in their currency, and their latest lines."""
    contracts = Contract.objects.visible_to(user).filter(customer=customer).with_last_day()
    shown = list(with_sums(contracts, above.day).order_by("-starts_on", "contract_no")[:LATEST])
    lines = PlanLine.objects.visible_to(user).filter(customer=customer, contract__isnull=False)
    by_contract: dict[int, list[PlanLine]] = {}
    for line in lines.received_by(above.day).order_by("-due_on", "-pk")[:LATEST_LINES]:
        by_contract.setdefault(line.contract_id or 0, []).append(line)
    return {
        "contracts": [_contract(row, by_contract.get(row.pk, []), above.day) for row in shown],
        "may_write_contract": can(user, Action.EDIT_CONTRACT),
        **billing(user, customer, shown, above.day),
    }


def _contract(row: Contract, lines: list[PlanLine], day: dt.date) -> tuple[Any, ...]:
    """A contract, its lines, where it stands and how many days it still runs."""
    return row, lines, life_of(row, day).value, days_left(row, day)


def _receivables(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    lines = open_lines(customer, above.day)
    promises = Promise.objects.visible_to(user).filter(customer=customer).select_related("line")
    return {
        "promises": promises.order_by("-made_on", "-pk")[:LATEST],
        "may_promise": can(user, Action.NOTE_PROMISE),
        "open_lines": lines[:LATEST],
        "open_count": len(lines),
        "in_transit": in_transit(customer, above.day),
        "invoicing": invoicing(user, PlanLine.objects.visible_to(user).filter(customer=customer)),
    }


def _receipts(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    receipts = Receipt.objects.visible_to(user).filter(customer=customer)
    return {
        "receipts": receipts.select_related("line").order_by("-received_on", "-pk")[:LATEST],
        "may_take_back": can(user, Action.RECORD_RECEIPT),
    }


def _waybills(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    months = CustomerMonth.objects.visible_to(user).filter(customer=customer).by_month()
    waybills = Waybill.objects.visible_to(user).filter(customer=customer)
    return {
        "restated": restated(user, customer),
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


def _volume(user: User, customer: Customer, above: Header) -> dict[str, Any]:
    return volume(user, customer, above.day)


def _surveys(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    responses = Response.objects.visible_to(user).filter(customer=customer)
    latest = responses.select_related("survey").prefetch_related("answers")
    return {"responses": latest.order_by("-answered_at", "-pk")[:LATEST]}


def _notes(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    notes = Note.objects.visible_to(user).filter(customer=customer)
    return {"notes": notes.order_by("-written_at", "note_no")[:LATEST]}


def _files(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    files = visible_files(user, customer).select_related("added_by", "qualification")
    return {"files": files[:LATEST], "may_keep": can(user, Action.KEEP_FILES)}


def _history(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    return {"entries": history(user, customer), "shown": SHOWN}


SECTIONS = (
    Section("overview", _("Overview"), Action.VIEW_CUSTOMERS, overview),
    Section("profile", _("Profile"), Action.VIEW_CUSTOMERS, _profile),
    Section("contacts", _("Contacts"), Action.VIEW_CUSTOMERS, _contacts, counts.contacts),
    Section(
        "group",
        _("Group"),
        Action.VIEW_CUSTOMERS,
        group,
        number=relatives,
        only_with_some=True,
    ),
    Section("contracts", _("Contracts"), Action.VIEW_RECEIVABLES, _contracts, counts.contracts),
    Section(
        "receivables",
        _("Receivables"),
        Action.VIEW_RECEIVABLES,
        _receivables,
        counts.open_lines,
    ),
    Section("credit", pgettext_lazy("customer file", "Credit limit"), Action.VIEW_CREDIT, credit),
    Section("dossier", _("Credit record"), Action.VIEW_CREDIT, dossier),
    Section("receipts", _("Receipts"), Action.VIEW_RECEIVABLES, _receipts),
    Section("supply", _("Supply chain"), Action.VIEW_CUSTOMERS, supply),
    Section("health", _("Health"), Action.VIEW_CUSTOMERS, health),
    Section("value", pgettext_lazy("customer file", "Value"), Action.VIEW_CUSTOMERS, value),
    Section("policy", _("Service policy"), Action.VIEW_CUSTOMERS, policy),
    Section(
        "volume", pgettext_lazy("what a customer sends", "Volume"), Action.VIEW_CUSTOMERS, _volume
    ),
    Section("network", pgettext_lazy("of customers", "Network"), Action.VIEW_CUSTOMERS, network),
    Section("waybills", _("Waybills"), Action.VIEW_CUSTOMERS, _waybills),
    Section("serving", _("Cost of serving"), Action.VIEW_MARGIN, serving),
    Section("surveys", _("Satisfaction"), Action.VIEW_CUSTOMERS, _surveys, counts.responses),
    Section("complaints", _("Complaints"), Action.VIEW_CUSTOMERS, complaints, counts.complaints),
    Section("notes", _("Notes"), Action.VIEW_CUSTOMERS, _notes, counts.notes),
    Section("files", _("Files"), Action.VIEW_CUSTOMERS, _files, counts.files),
    Section("history", _("History"), Action.VIEW_HISTORY, _history),
)


def sections_for(user: User) -> list[Section]:
    """The sections the person's role opens."""
    return [section for section in SECTIONS if can(user, section.action)]


def counts_of(
    user: User, customer: Customer, sections: list[Section]
) -> tuple[dict[str, int], State, list[Owner], Standing | None, bool]:
    """How much is in the sections, how complete the file is, whose, its credit; one query.

    And whether people decided something about its worth, or ask to (`by_hand`).
    """
    day = timezone.localdate()
    numbers = {f"in_{each.name}": each.number(user) for each in sections if each.number}
    found = Customer.objects.visible_to(user).filter(pk=customer.pk)
    facts = facts_asked(customer, day) | {"units": owners_asked(customer)}
    facts["by_hand"] = is_by_hand(user, customer, day)
    if can(user, Action.VIEW_CREDIT):
        facts["credit"] = standing_asked()
    row = found.values(**numbers, **facts).get()
    found_in = {name.removeprefix("in_"): row[name] for name in numbers}
    state, owners = state_from(customer, row, day), owners_from(customer, row["units"])
    return found_in, state, owners, standing_from(row.get("credit"), day), row["by_hand"]


def context_of(user: User, customer: Customer, section: Section, above: Header) -> dict[str, Any]:
    """What the page shows: the key figures and the section's own rows."""
    return {"header": above, "latest": LATEST, **section.read(user, customer, above)}
