"""The statement of account: what a customer was asked for and what came, between two days."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.db.models import QuerySet

from contracts.models import Allocation, PlanLine, Receipt
from contracts.reports.interest import bearing, daily_rate, memo
from core.rules import ZERO
from customers.models import Customer


class Entry(StrEnum):
    """What moves the balance of an account."""

    LINE = "line"
    REFUND = "refund"
    WRITTEN_OFF = "written_off"
    RECEIPT = "receipt"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True)
class Movement:
    """One entry; `amount` is positive where the customer owes more by it."""

    on: dt.date
    entry: Entry
    number: str
    amount: Decimal
    due_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A movement with the balance after it."""

    movement: Movement
    balance: Decimal

    @property
    def came(self) -> Decimal:
        """What it takes off the balance."""
        return -self.movement.amount


@dataclass(frozen=True, slots=True)
class Account:
    """One currency between two days, both included; balances as in the ageing (B4).

    `interest` is what late payment would cost to the last day (B7), at the `rates` a day of the
    lines it has grown on: a memo, nobody owes it yet.
    """

    currency: str
    opening: Decimal
    rows: list[Row]
    asked: Decimal
    came: Decimal
    closing: Decimal
    interest: Decimal
    rates: list[Decimal]


def accounts(customer: Customer, first: dt.date, last: dt.date) -> list[Account]:
    """The customer's accounts by currency; only those with a movement by the last day."""
    issued = PlanLine.objects.filter(customer=customer, issued_on__lte=last)
    lines = issued.exclude(state=PlanLine.State.VOID)
    late = [(line, memo(line, last)) for line in bearing(issued, last)]
    receipts = list(Receipt.objects.filter(customer=customer, effective_on__lte=last))
    found = [*_of_lines(lines, _money_on_given_up(issued)), *_of_receipts(receipts)]
    by_currency: dict[str, list[Movement]] = {}
    for currency, movement in found:
        if movement.on <= last:
            by_currency.setdefault(currency, []).append(movement)
    return [
        _account(
            currency,
            movements,
            first,
            [(line, grown) for line, grown in late if line.currency == currency and grown],
        )
        for currency, movements in sorted(by_currency.items())
    ]


def _money_on_given_up(issued: QuerySet[PlanLine]) -> dict[int, list[Allocation]]:
    """The ledger of the lines that were given up, by their ids."""
    found: dict[int, list[Allocation]] = {}
    for row in Allocation.objects.filter(line__in=issued.filter(state=PlanLine.State.WRITTEN_OFF)):
        found.setdefault(row.line_id, []).append(row)
    return found


def _of_lines(
    lines: Iterable[PlanLine], money: Mapping[int, list[Allocation]]
) -> Iterable[tuple[str, Movement]]:
    for line in lines:
        entry = Entry.REFUND if line.is_refund else Entry.LINE
        asked = Movement(line.issued_on, entry, line.line_no, line.amount, line.due_on)
        yield line.currency, asked
        for on, amount in _given_up(line, money.get(line.pk, [])).items():
            yield line.currency, Movement(on, Entry.WRITTEN_OFF, line.line_no, amount)


def _given_up(line: PlanLine, money: Iterable[Allocation]) -> dict[dt.date, Decimal]:
    """What was open on the day on which it was given up; money on it afterwards gives up less."""
    if line.written_off_on is None:
        return {}
    moved: dict[dt.date, Decimal] = {line.written_off_on: -line.amount}
    for row in money:
        on = max(row.allocated_on, line.written_off_on)
        moved[on] = moved.get(on, ZERO) + row.amount
    return {on: amount for on, amount in moved.items() if amount}


def _of_receipts(receipts: Iterable[Receipt]) -> Iterable[tuple[str, Movement]]:
    for each in receipts:
        came = Movement(each.effective_on, Entry.RECEIPT, each.receipt_no, -each.amount)
        yield each.currency, came
        if each.reversed_on is not None:
            on = max(each.reversed_on, each.effective_on)
            yield each.currency, Movement(on, Entry.REVERSAL, each.receipt_no, each.amount)


def _account(
    currency: str,
    movements: list[Movement],
    first: dt.date,
    grown: list[tuple[PlanLine, Decimal]],
) -> Account:
    opening = sum((each.amount for each in movements if each.on < first), ZERO)
    shown = sorted(
        (each for each in movements if each.on >= first),
        key=lambda each: (each.on, each.amount < 0, each.number),
    )
    rows: list[Row] = []
    balance = opening
    for movement in shown:
        balance += movement.amount
        rows.append(Row(movement, balance))
    return Account(
        currency=currency,
        opening=opening,
        rows=rows,
        asked=sum((each.amount for each in shown if each.amount > 0), ZERO),
        came=-sum((each.amount for each in shown if each.amount < 0), ZERO),
        closing=balance,
        interest=sum((amount for _line, amount in grown), ZERO),
        rates=sorted({daily_rate(line) for line, _amount in grown}),
    )
