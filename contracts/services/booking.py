"""Rows into the ledger, and what follows from them at once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext as _

from contracts.models import Allocation, PlanLine, Receipt
from contracts.querysets import PlanLineQuerySet
from contracts.reports import SQL
from contracts.rules import allocation as rules
from contracts.rules import ledger
from core import sql
from core.errors import RefusedError
from core.rules import ZERO, RuleError


def book(rows: Iterable[Allocation]) -> None:
    """Add rows to the ledger in one statement; its trigger keeps the sums of lines and receipts."""
    names = ("receipt_id", "line_id", "customer_id", "amount", "allocated_on", "kind", "reason")
    columns = list(zip(*(attrgetter(*names)(row) for row in rows), strict=True))
    if columns:
        values = {name: list(column) for name, column in zip(names, columns, strict=True)}
        sql.run(SQL / "book.sql", **values)


def book_payments(rows: Sequence[Allocation], amounts: Mapping[int, Decimal]) -> None:
    """Book money on lines; `amounts` are those of the lines by id.

    Where money was taken back from a line, the new money counts from the day it has room.
    """
    lines = {row.line_id for row in rows}
    reversals = Allocation.objects.filter(line__in=lines, kind=Allocation.Kind.REVERSAL)
    booked: dict[int, dict[dt.date, Decimal]] = {
        line: defaultdict(lambda: ZERO) for line in reversals.values_list("line_id", flat=True)
    }
    for row in Allocation.objects.filter(line__in=booked):
        booked[row.line_id][row.allocated_on] += row.amount
    for row in rows:
        if (days := booked.get(row.line_id)) is not None:
            row.allocated_on = rules.first_day_with_room(
                days, amount=amounts[row.line_id], part=row.amount, day=row.allocated_on
            )
            days[row.allocated_on] += row.amount
    book(rows)


def lines_for(
    customer_id: int, currency: str, named: PlanLine | None = None
) -> PlanLineQuerySet[PlanLine]:
    """The lines that money of this currency can reach."""
    lines = PlanLine.objects.filter(customer=customer_id, currency=currency).open()
    return lines if named is None else lines | PlanLine.objects.filter(pk=named.pk)


def put_on_lines(
    receipt: Receipt,
    amount: Decimal,
    on: dt.date,
    *,
    named: PlanLine | None = None,
    today: dt.date,
) -> Decimal:
    """Put so much of a receipt on lines from a day on (B3); returns how much they took.

    The named line comes first, then the oldest due. Alerts of lines paid in full are closed.
    RefusedError as the rule says.
    """
    lines = lines_for(receipt.customer_id, receipt.currency, named)
    locked = {each.line_no: each for each in lines.select_for_update(no_key=True).order_by("pk")}
    arrived = rules.Receipt(on, amount, receipt.currency, named.line_no if named else None)
    try:
        plan = rules.plan_receipt(arrived, map(open_line, locked.values()))
    except RuleError as error:
        raise RefusedError(said(error)) from error
    rows = [
        Allocation(
            receipt=receipt,
            line=locked[row.line_no],
            customer_id=receipt.customer_id,
            amount=row.amount,
            allocated_on=row.on,
        )
        for row in plan.rows
    ]
    book_payments(rows, {line.pk: line.amount for line in locked.values()})
    if plan.rows:
        close_settled_alerts(today, [row.line_no for row in plan.rows])
    return amount - plan.unallocated


def held(receipt: Receipt, line: PlanLine | None = None) -> list[ledger.Allocation]:
    """What a receipt holds on lines, or on one; the rules know the lines by their ids."""
    rows = receipt.allocations.all() if line is None else receipt.allocations.filter(line=line)
    return [
        ledger.Allocation(str(line_id), amount, day)
        for line_id, amount, day in rows.values_list("line", "amount", "allocated_on")
    ]


def take_off_lines(receipt: Receipt, rows: Sequence[ledger.Allocation], reason: str) -> None:
    """Book negative rows of what a receipt holds; payment alerts of the lines open again."""
    book(
        Allocation(
            receipt=receipt,
            line_id=int(row.line_no),
            customer_id=receipt.customer_id,
            amount=row.amount,
            allocated_on=row.on,
            kind=Allocation.Kind.REVERSAL,
            reason=reason,
        )
        for row in rows
    )
    lines = PlanLine.objects.filter(pk__in={int(row.line_no) for row in rows})
    reopen_alerts(list(lines.values_list("line_no", flat=True)))


def close_settled_alerts(day: dt.date, line_nos: Sequence[str] | None = None) -> int:
    """Close payment alerts of lines paid, void or written off by `day`; returns how many.

    `line_nos` None means all lines. A paid line's alert closes on the day the money counted.
    """
    lines = None if line_nos is None else list(line_nos)
    return sql.run(SQL / "close_settled_alerts.sql", day=day, lines=lines)


def reopen_alerts(line_nos: Sequence[str]) -> int:
    """Open again the payment alerts of lines whose money was taken back; returns how many.

    The stage was sent already and does not come again (B9), but the money is owed again.
    """
    return sql.run(SQL / "reopen_payment_alerts.sql", lines=list(line_nos))


def open_line(line: PlanLine) -> rules.OpenLine:
    """The line as the rules of allocation see it: one that is written off takes no money either."""
    return rules.OpenLine(
        line.line_no,
        line.issued_on,
        line.due_on,
        line.amount - line.paid,
        line.currency,
        is_void=line.state != PlanLine.State.OPEN,
    )


def said(error: RuleError) -> str:
    """What a pure rule says, in the reader's language."""
    return _(error.message) % error.params
