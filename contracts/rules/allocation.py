"""Which lines a receipt pays (B3). Nothing here loses or invents a cent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.rules.ledger import Allocation
from core.rules import ZERO, RuleError, gettext_noop


class AllocationError(RuleError):
    """This money may not be put on this line."""


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A plan line as the allocation sees it; `remainder` counts everything allocated so far."""

    line_no: str
    issued_on: date
    due_on: date
    remainder: Decimal
    currency: str
    is_void: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in; a bill is received when it matures. `line_no` is the line it names."""

    received_on: date
    amount: Decimal
    currency: str
    line_no: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to book: the rows sum with `unallocated` to the receipt."""

    rows: tuple[Allocation, ...]
    unallocated: Decimal


def plan_receipt(receipt: Receipt, lines: Iterable[OpenLine]) -> Plan:
    """The named line first, the rest oldest due first (due, line number), what is left unallocated.

    Of the lines nobody named, those issued by the day of the receipt come before later ones. A row
    is dated on the receipt's day, or on the line's issue when that is later: until then the money
    is credit, so that no earlier day changes. Void lines and other currencies are passed over, but
    naming one is refused, as is naming an unknown line or an amount that is not positive.
    """
    if receipt.amount <= 0:
        raise AllocationError(gettext_noop("A receipt must be more than 0."))
    left = receipt.amount
    rows: list[Allocation] = []
    for line in _in_order(receipt, list(lines)):
        part = min(left, line.remainder)
        if part > 0:
            rows.append(Allocation(line.line_no, part, max(receipt.received_on, line.issued_on)))
            left -= part
    return Plan(tuple(rows), left)


def check_allocation(line: OpenLine, amount: Decimal, currency: str) -> None:
    """Refuse (AllocationError) money put on a line by hand that does not fit there (B3)."""
    _check_line(line, currency)
    if amount <= 0:
        raise AllocationError(gettext_noop("An allocation must be more than 0."))
    if amount > line.remainder:
        raise AllocationError(
            gettext_noop("Line %(line)s has only %(remainder)s left; allocate that much or less."),
            {"line": line.line_no, "remainder": line.remainder},
        )


def reversal(rows: Iterable[Allocation], on: date) -> tuple[Allocation, ...]:
    """The negative rows that take back what a receipt still holds on its lines, dated `on` (B3).

    Rows already taken back are left alone; a row that starts later ends the day it starts.
    """
    held: dict[tuple[str, date], Decimal] = {}
    for row in rows:
        key = (row.line_no, max(row.on, on))
        held[key] = held.get(key, ZERO) + row.amount
    return tuple(
        Allocation(line_no, -amount, day) for (line_no, day), amount in held.items() if amount
    )


def take_back(rows: Iterable[Allocation], amount: Decimal, on: date) -> tuple[Allocation, ...]:
    """The negative rows that take `amount` off the lines, dated `on`, latest money first.

    A row that starts later ends the day it starts. AllocationError when less is held.
    """
    left = amount
    taken: list[Allocation] = []
    for row in sorted(reversal(rows, on), key=lambda row: row.on, reverse=True):
        part = min(left, -row.amount)
        if part > 0:
            taken.append(Allocation(row.line_no, -part, row.on))
            left -= part
    if left or amount <= 0:
        raise AllocationError(
            gettext_noop("Only %(held)s of this receipt is on the line."), {"held": amount - left}
        )
    return tuple(taken)


def first_day_with_room(
    booked: Mapping[date, Decimal], *, amount: Decimal, part: Decimal, day: date
) -> date:
    """From when on `part` more fits on a line of `amount`, not before `day`.

    `booked` is what the ledger adds to the line by day. Money taken back held its line until then:
    without waiting for that day, earlier as-ats would show the line paid twice.
    """
    paid = ZERO
    crowded = False
    for change in sorted(booked):
        if crowded:
            day = max(day, change)
        paid += booked[change]
        crowded = paid + part > amount
    return day


def _in_order(receipt: Receipt, lines: list[OpenLine]) -> list[OpenLine]:
    named = [line for line in lines if line.line_no == receipt.line_no]
    if receipt.line_no is not None and not named:
        raise AllocationError(
            gettext_noop("This customer has no plan line %(line)s."), {"line": receipt.line_no}
        )
    for line in named:
        _check_line(line, receipt.currency)
    rest = [
        line
        for line in lines
        if line.line_no != receipt.line_no
        and not line.is_void
        and line.currency == receipt.currency
    ]
    rest.sort(key=lambda line: (line.issued_on > receipt.received_on, line.due_on, line.line_no))
    return named + rest


def _check_line(line: OpenLine, currency: str) -> None:
    if line.is_void:
        raise AllocationError(
            gettext_noop("Line %(line)s is void; choose another line."), {"line": line.line_no}
        )
    if line.currency != currency:
        raise AllocationError(
            gettext_noop("Line %(line)s is in %(currency)s, the money in %(other)s."),
            {"line": line.line_no, "currency": line.currency, "other": currency},
        )
