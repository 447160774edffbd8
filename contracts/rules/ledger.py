"""The ledger of a plan line as it stood on a day (B3, B4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.rules import ZERO


@dataclass(frozen=True, slots=True)
class Allocation:
    """Money put on a line from a day on; negative when it was taken back."""

    line_no: str
    amount: Decimal
    on: date


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A plan line that is not void, with all its allocations.

    `due_on` is the due date now in force, `original_due_on` the one before extensions (B14). A
    refund is credit that was paid back: open only when the money it came from is taken back.
    """

    line_no: str
    issued_on: date
    due_on: date
    amount: Decimal
    allocations: tuple[Allocation, ...] = ()
    original_due_on: date | None = None
    written_off_on: date | None = None
    is_refund: bool = False

    def allocated(self, day: date) -> Decimal:
        """What was allocated to the line up to and including `day`."""
        return sum((row.amount for row in self.allocations if row.on <= day), ZERO)

    def remainder(self, day: date) -> Decimal:
        """What was open at the end of `day`; 0 while the line was not issued yet."""
        return self.amount - self.allocated(day) if self.issued_on <= day else ZERO

    def paid_on(self, day: date) -> date | None:
        """The day of the last allocation, when the line was fully paid as of `day`; else null.

        What was booked and taken back on one day (a correction) counts with its net.
        """
        if self.issued_on > day or self.remainder(day) != 0:
            return None
        by_day: dict[date, Decimal] = {}
        for row in self.allocations:
            if row.on <= day:
                by_day[row.on] = by_day.get(row.on, ZERO) + row.amount
        return max((on for on, amount in by_day.items() if amount > 0), default=None)
