"""The state a plan line shows (B14): what was decided about it first, else what the ledger says."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from contracts.rules.ledger import LedgerLine

DUE_SOON_DAYS = 7


class LineState(StrEnum):
    """States of a line; the last three are decided by a person and stored."""

    PLANNED = "planned"
    OPEN = "open"
    PARTIAL = "partial"
    PAID = "paid"
    WAIVED = "waived"
    WRITTEN_OFF = "written_off"
    VOID = "void"


DECIDED = frozenset({LineState.WAIVED, LineState.WRITTEN_OFF, LineState.VOID})


def line_state(line: LedgerLine, day: date, decided: LineState | None = None) -> LineState:
    """The state at the end of `day`; ValueError when `decided` is not a state people decide."""
    if decided is not None:
        if decided not in DECIDED:
            raise ValueError(f"{decided} follows from the ledger, nobody decides it")
        return decided
    if line.issued_on > day:
        return LineState.PLANNED
    remainder = line.remainder(day)
    if remainder <= 0:
        return LineState.PAID
    return LineState.PARTIAL if remainder < line.amount else LineState.OPEN


def is_overdue(due_on: date, remainder: Decimal, day: date) -> bool:
    """Whether open money is past its due date; due today is not."""
    return remainder > 0 and due_on < day


def is_due_soon(due_on: date, remainder: Decimal, day: date) -> bool:
    """Whether open money falls due today or within the next seven days."""
    return remainder > 0 and 0 <= (due_on - day).days <= DUE_SOON_DAYS
