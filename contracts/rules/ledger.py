"""The ledger of a plan line as it stood on a day (B3, B4)."""

from dataclasses import dataclass, replace
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
        """What was open at the end of `day`: nothing before it was issued and once given up."""
        if self.issued_on > day or self.is_given_up(day):
            return ZERO
        return self.amount - self.allocated(day)

    def is_given_up(self, day: date) -> bool:
        """Whether no more money was expected for it at the end of `day`."""
        return self.written_off_on is not None and self.written_off_on <= day

    def once_given_up(self, day: date) -> "LedgerLine":
        """The line as it counts in sums of what came and what was lost, when given up by `day`.

        What was on its way, a bill that matures later, is not given up: it counts from the day on
        which the rest was. Money taken back later counts on its own day. Each day with its net.
        """
        gone = self.written_off_on
        if gone is None or gone > day:
            return self
        rows = tuple(
            Allocation(self.line_no, amount, min(on, gone) if amount > 0 else on)
            for on, amount in self._by_day(date.max).items()
        )
        return replace(self, allocations=rows)

    def paid_on(self, day: date) -> date | None:
        """The day of the last allocation, when the line was fully paid as of `day`; else null.

        One that was given up by then is not paid, whatever became of its money afterwards.
        What was booked and taken back on one day (a correction) counts with its net.
        """
        if self.issued_on > day or self.is_given_up(day) or self.allocated(day) != self.amount:
            return None
        return max((on for on, amount in self._by_day(day).items() if amount > 0), default=None)

    def _by_day(self, day: date) -> dict[date, Decimal]:
        by_day: dict[date, Decimal] = {}
        for row in self.allocations:
            if row.on <= day:
                by_day[row.on] = by_day.get(row.on, ZERO) + row.amount
        return by_day
