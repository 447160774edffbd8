"""Contracts and plan lines in. Due dates are taken as they stand."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Allocation, Contract, PlanLine
from contracts.services.contracts import check_signature
from core.errors import RefusedError
from core.rules import ZERO
from core.tables import fields
from core.tables.importer import Outcome
from core.tables.schema import Column, Row, Schema
from core.tables.upsert import Draft, Problem
from customers.keyed_import import NO_SUCH, KeyedImport

_HELD = (("customer_code", "customer_id"), ("currency", "currency"))  # by money and by invoices


class ContractImport(KeyedImport):
    """One contract a row, by its number."""

    model = Contract
    unique = ("contract_no",)
    schema = Schema(
        "contracts",
        (
            Column("contract_no", gettext_lazy("Contract number"), fields.code(), required=True),
            Column("customer_code", gettext_lazy("Customer code"), fields.code(), required=True),
            Column("kind", gettext_lazy("Kind"), fields.text()),
            Column("signed_on", gettext_lazy("Signed on"), fields.date()),
            Column("starts_on", gettext_lazy("Starts on"), fields.date(), required=True),
            Column("ends_on", gettext_lazy("Ends on"), fields.date()),
            Column("settlement", gettext_lazy("Settlement"), fields.choice(Contract.Settlement)),
            Column("statement_day", gettext_lazy("Statement day"), fields.integer(1, 31)),
            Column("credit_days", gettext_lazy("Credit days"), fields.integer(0, 3650)),
            Column("amount", gettext_lazy("Amount"), fields.money(minimum=0)),
            Column("currency", gettext_lazy("Currency"), fields.currency()),
        ),
        key=("contract_no",),
    )

    def prepare(self, rows: Sequence[Row]) -> None:
        """Also which of the stored contracts have plan lines."""
        super().prepare(rows)
        lines = PlanLine.objects.filter(contract__in=list(self.stored.values()))
        self.with_lines = set(lines.values_list("contract_id", flat=True).distinct())

    def check(self, draft: Draft, outcome: Outcome) -> None:
        """Signed by today, ends after it starts, and stays with the customer of its lines."""
        contract, stored = draft.target, draft.stored
        if contract.signed_on is not None:
            try:
                check_signature(contract.signed_on, timezone.localdate())
            except RefusedError as refusal:
                outcome.reject(draft.row, "signed_on", str(refusal))
        if contract.ends_on is not None and contract.ends_on < contract.starts_on:
            outcome.reject(draft.row, "ends_on", _("lies before the start of the contract"))
        if stored and stored.pk in self.with_lines and stored.customer_id != contract.customer_id:
            message = _("the contract has plan lines of another customer: correct these first")
            outcome.reject(draft.row, "customer_code", message)


class PlanLineImport(KeyedImport):
    """One plan line a row, by its number. Another due date is an extension (03 B14)."""

    model = PlanLine
    unique = ("line_no",)
    sums = ("paid", "invoiced")
    schema = Schema(
        "plan_lines",
        (
            Column("line_no", gettext_lazy("Line number"), fields.code(), required=True),
            Column("customer_code", gettext_lazy("Customer code"), fields.code(), required=True),
            Column("contract_no", gettext_lazy("Contract number"), fields.code()),
            Column("issued_on", gettext_lazy("Issued on"), fields.date(), required=True),
            Column("due_on", gettext_lazy("Due on"), fields.date(), required=True),
            Column("amount", gettext_lazy("Amount"), fields.money(minimum=0), required=True),
            Column("currency", gettext_lazy("Currency"), fields.currency()),
            Column("invoice_no", gettext_lazy("Invoice number"), fields.code()),
            Column("disputed", gettext_lazy("Disputed"), fields.boolean()),
        ),
        key=("line_no",),
    )

    def prepare(self, rows: Sequence[Row]) -> None:
        """Also contracts by number, and since when the stored lines have money on them."""
        super().prepare(rows)
        numbers = {row.values.get("contract_no", "") for row in rows} - {""}
        self.contracts = Contract.objects.in_bulk(numbers, field_name="contract_no")
        self.booked = booked_on(line.pk for line in self.stored.values())

    def fill(self, row: Row, stored: PlanLine | None, outcome: Outcome) -> dict[str, Any]:
        """The values, with the contract's id; an unknown contract is rejected by `check`."""
        values = super().fill(row, stored, outcome)
        if (number := values.pop("contract_no", None)) is not None:
            contract = self.contracts.get(number)
            values["contract_id"] = contract.pk if contract else NO_SUCH if number else None
        if stored is not None and stored.invoiced and not values.get("invoice_no"):
            values["invoice_no"] = stored.invoice_no  # told by its invoices, not by the table
        return values

    def build(self, values: dict[str, Any]) -> PlanLine:
        """The first due date stays, whatever becomes of the one in force."""
        return PlanLine(original_due_on=values["due_on"], **values)

    def check(self, draft: Draft, outcome: Outcome) -> None:
        """The contract is the customer's; what is booked on the line holds it."""
        for column, message in (*self._wrong_contract(draft), *self._wrong_change(draft)):
            outcome.reject(draft.row, column, message)

    def _wrong_contract(self, draft: Draft) -> Iterator[Problem]:
        number = draft.row.values.get("contract_no", "")
        contract = self.contracts.get(number)
        if number and (contract is None or contract.customer_id != draft.target.customer_id):
            message = _("this customer has no contract “{number}”: import contracts first")
            yield "contract_no", message.format(number=number)

    def _wrong_change(self, draft: Draft) -> Iterator[Problem]:
        line, stored = draft.target, draft.stored
        if stored is not None and stored.invoiced:
            yield from _wrong_of_invoiced(line, stored)
        booked = self.booked.get(stored.pk) if stored else None
        if stored is None or booked is None:
            return
        if line.amount < booked.most:
            message = _("{paid} of this line is paid already: it cannot be less than that")
            yield "amount", message.format(paid=booked.most)
        message = _("money is allocated to this line since {day}: take it back first")
        for column, attribute in _HELD:
            if getattr(line, attribute) != getattr(stored, attribute):
                yield column, message.format(day=booked.since)
        if line.issued_on > max(booked.since, stored.issued_on):
            yield "issued_on", message.format(day=booked.since)


def _wrong_of_invoiced(line: PlanLine, stored: PlanLine) -> Iterator[Problem]:
    """What is on a tax invoice is changed by a red letter and a new invoice, never edited (B13)."""
    message = _("{amount} of this line is on tax invoices: take these back by a red letter first")
    said = message.format(amount=stored.invoiced)
    if line.amount < stored.invoiced:
        yield "amount", said
    for column, attribute in (*_HELD, ("invoice_no", "invoice_no")):
        if getattr(line, attribute) != getattr(stored, attribute):
            yield column, said


class Booked(NamedTuple):
    """What the ledger holds of a line: since when, and the most that was ever paid of it."""

    since: dt.date
    most: Decimal


def booked_on(line_ids: Iterable[int]) -> dict[int, Booked]:
    """Of these lines the ones with money on them, now or earlier.

    Rows that cancel out on their own day (corrections) do not count.
    """
    days = (
        Allocation.objects.filter(line__in=line_ids)
        .order_by("line_id", "allocated_on")
        .values_list("line_id", "allocated_on")
        .annotate(total=Sum("amount"))
        .exclude(total=0)
    )
    booked: dict[int, Booked] = {}
    paid: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for line_id, day, amount in days:
        paid[line_id] += amount
        since, most = booked.get(line_id, Booked(day, ZERO))
        booked[line_id] = Booked(since, max(most, paid[line_id]))
    return booked
