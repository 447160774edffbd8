"""Receipts in: each goes to lines as if they had come one by one, in the order of the file.

A receipt that comes again with other facts had been entered wrongly: its rows in the ledger are
cancelled on their own days and booked anew, so that every as-at shows the corrected fact.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import services
from contracts.imports.books import Books
from contracts.models import Allocation, PlanLine, Receipt
from contracts.rules import allocation as rules
from core.rules import ZERO
from core.tables import fields
from core.tables.importer import Outcome
from core.tables.schema import Column, Row, Schema
from core.tables.upsert import Draft
from customers.keyed_import import NO_SUCH, KeyedImport


class Held(NamedTuple):
    """What a receipt holds on a line from a day on."""

    line_id: int
    allocated_on: dt.date
    amount: Decimal


class ReceiptImport(KeyedImport):
    """One receipt a row, by its number."""

    model = Receipt
    unique = ("receipt_no",)
    sums = ("allocated",)
    schema = Schema(
        "receipts",
        (
            Column("receipt_no", gettext_lazy("Receipt number"), fields.code(), required=True),
            Column("customer_code", gettext_lazy("Customer code"), fields.code(), required=True),
            Column("received_on", gettext_lazy("Received on"), fields.date(), required=True),
            Column("amount", gettext_lazy("Amount"), fields.money(minimum=0), required=True),
            Column("currency", gettext_lazy("Currency"), fields.currency()),
            Column("method", gettext_lazy("Method"), fields.choice(Receipt.Method)),
            Column("matures_on", gettext_lazy("Matures on"), fields.date()),
            Column("line_no", gettext_lazy("Line number"), fields.code()),
        ),
        key=("receipt_no",),
    )

    def begin(self) -> None:
        """Alerts are closed as of the day of the import."""
        super().begin()
        self.today = timezone.localdate()
        self.books = Books()

    def prepare(self, rows: Sequence[Row]) -> None:
        """Also the lines that the payers named."""
        super().prepare(rows)
        numbers = {row.values.get("line_no", "") for row in rows} - {""}
        self.named = PlanLine.objects.in_bulk(numbers, field_name="line_no")
        self.named_by_id = {line.pk: line for line in self.named.values()}
        stored = {receipt.line_id for receipt in self.stored.values()}
        self.named_by_id |= PlanLine.objects.in_bulk(stored - set(self.named_by_id) - {None})

    def fill(self, row: Row, stored: Receipt | None, outcome: Outcome) -> dict[str, Any]:
        """The values, with the named line's id; an unknown line is rejected by `check`."""
        values = super().fill(row, stored, outcome)
        if (number := values.pop("line_no", None)) is not None:
            line = self.named.get(number)
            values["line_id"] = line.pk if line else NO_SUCH if number else None
        return values

    def check(self, draft: Draft, outcome: Outcome) -> None:
        """Positive, with a maturity if it is a bill, not reversed, for a line it can pay."""
        row, receipt, stored = draft.row, draft.target, draft.stored
        if receipt.amount <= 0:
            outcome.reject(row, "amount", _("A receipt must be more than 0."))
        if receipt.method == Receipt.Method.ACCEPTANCE_BILL and receipt.matures_on is None:
            outcome.reject(row, "matures_on", _("An acceptance bill needs the day it matures."))
        if receipt.matures_on is not None and receipt.matures_on < receipt.received_on:
            outcome.reject(row, "matures_on", _("A bill cannot mature before it was received."))
        if stored is not None and stored.reversed_on is not None:
            message = _("the receipt was reversed on {day}: record a new one")
            outcome.reject(row, "receipt_no", message.format(day=stored.reversed_on))
        if message := self._wrong_line(row, receipt):
            outcome.reject(row, "line_no", message)

    def save(self, changes: Sequence[Draft]) -> None:
        """Take back what corrected receipts hold, upsert, then book all rows anew."""
        if not changes:
            return
        held = _held([change.stored.pk for change in changes if change.stored is not None])
        self._open_books(changes, held)
        services.book(_taken_back(changes, held))
        plans = [self._post(change, held) for change in changes]
        super().save(changes)
        rows = [
            Allocation(
                receipt_id=change.target.pk,
                line_id=self.books.ids[row.line_no],
                customer_id=change.target.customer_id,
                amount=row.amount,
                allocated_on=row.on,
                kind=Allocation.Kind.CORRECTION if change.stored else Allocation.Kind.ALLOCATION,
            )
            for change, plan in zip(changes, plans, strict=True)
            for row in plan.rows
        ]
        services.book_payments(rows, self.books.amounts)
        paid = {
            self.books.numbers[row.line_id]
            for row in rows
            if not self.books.remainder(row.customer_id, row.line_id)
        }
        services.close_settled_alerts(self.today, sorted(paid))

    def _open_books(self, changes: Sequence[Draft], held: dict[int, list[Held]]) -> None:
        """Have the lines these receipts can reach in the books, and locked.

        All open lines of a customer only where the named ones may not take all of the money.
        """
        named = {change.target.line_id for change in changes} - {None}
        self.books.read(named | {row.line_id for rows in held.values() for row in rows})
        whole: set[int] = set()
        wanted: dict[tuple[int, int], Decimal] = defaultdict(lambda: ZERO)
        for receipt in (change.target for change in changes):
            if receipt.line_id is None:
                whole.add(receipt.customer_id)
            else:
                wanted[receipt.customer_id, receipt.line_id] += receipt.amount
        whole |= {place[0] for place, sum_ in wanted.items() if sum_ > self.books.remainder(*place)}
        self.books.read_all(whole)

    def _post(self, change: Draft, held: dict[int, list[Held]]) -> rules.Plan:
        """What the receipt pays, after those before it; what it held itself is given back first."""
        before = change.stored
        if before is not None:
            for line_id, _day, amount in held.get(before.pk, []):
                self.books.of(before.customer_id).give_back(self.books.numbers[line_id], amount)
        return self.books.of(change.target.customer_id).post(self._arrived(change.target))

    def _arrived(self, receipt: Receipt) -> rules.Receipt:
        bill = receipt.method == Receipt.Method.ACCEPTANCE_BILL
        effective_on = receipt.matures_on if bill and receipt.matures_on else receipt.received_on
        line = self.named_by_id[receipt.line_id].line_no if receipt.line_id else None
        return rules.Receipt(effective_on, receipt.amount, receipt.currency, line)

    def _wrong_line(self, row: Row, receipt: Receipt) -> str:
        """Why the named line cannot take this money; "" if it can."""
        number = row.values.get("line_no", "")
        line = self.named.get(number) if number else self.named_by_id.get(receipt.line_id or 0)
        if not number and line is None:
            return ""
        if line is None or line.customer_id != receipt.customer_id:
            return _("This customer has no plan line %(line)s.") % {"line": number}
        if line.currency != receipt.currency:
            return _("Line %(line)s is in %(currency)s, the money in %(other)s.") % {
                "line": line.line_no,
                "currency": line.currency,
                "other": receipt.currency,
            }
        if line.state != PlanLine.State.OPEN:
            return _("Line {line} is {state}; choose another line.").format(
                line=line.line_no, state=line.get_state_display()
            )
        return ""


def _held(receipt_ids: Sequence[int]) -> dict[int, list[Held]]:
    """What these receipts hold, by line and day."""
    held: dict[int, list[Held]] = defaultdict(list)
    rows = (
        Allocation.objects.filter(receipt__in=receipt_ids)
        .order_by("receipt_id", "line_id", "allocated_on")
        .values_list("receipt_id", "line_id", "allocated_on")
        .annotate(total=Sum("amount"))
        .exclude(total=0)
    )
    for receipt_id, line_id, day, amount in rows:
        held[receipt_id].append(Held(line_id, day, amount))
    return held


def _taken_back(changes: Iterable[Draft], held: dict[int, list[Held]]) -> list[Allocation]:
    return [
        Allocation(
            receipt_id=change.stored.pk,
            line_id=line_id,
            customer_id=change.stored.customer_id,
            amount=-amount,
            allocated_on=day,
            kind=Allocation.Kind.CORRECTION,
        )
        for change in changes
        if change.stored is not None
        for line_id, day, amount in held.get(change.stored.pk, [])
    ]
