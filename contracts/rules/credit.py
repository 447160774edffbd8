"""Exposure and credit state (B10): what a customer stands for, and whether the next parcel goes."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from core.rules import ZERO

STATES = ("clear", "watch", "hold", "stop")
CLEAR, WATCH, HOLD, STOP = STATES


@dataclass(frozen=True, slots=True)
class CreditMarks:
    """Where a state begins: by use of the limit (fractions) and by days overdue of enough money.

    Watch begins at its use, hold and stop beyond theirs. A state is left `margin` below its mark.
    """

    watch_use: Decimal = Decimal("0.80")
    hold_use: Decimal = Decimal("1.00")
    stop_use: Decimal = Decimal("1.20")
    watch_days: int = 1
    hold_days: int = 16
    stop_days: int = 46
    least_overdue: Decimal = Decimal("500.00")
    margin: Decimal = Decimal("0.05")
    fresh_days: int = 7  # orders accepted in these, not delivered yet, ...
    counts_orders: bool = True  # ... count


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer stands for in one currency; each waybill is in one of the first three."""

    receivables: Decimal = ZERO
    unbilled: Decimal = ZERO
    orders: Decimal = ZERO
    unallocated: Decimal = ZERO
    deposit: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Receivables, unbilled waybills and fresh orders, less unallocated money and deposit."""
        owed = self.receivables + self.unbilled + self.orders
        return owed - self.unallocated - self.deposit


REASONS = ("held", "released", "use", "group_use", "overdue", "falling", "limit_lapsed")
LONGEST_RELEASE = 30  # days


@dataclass(frozen=True, slots=True)
class ReleaseWish:
    """What is asked for: so much more than is owed now, through a day."""

    amount: Decimal
    until: dt.date
    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """Leave to go on although the facts say no: up to an exposure, through a day."""

    until: dt.date
    ceiling: Decimal


def use_of(exposure: Decimal, limit: Decimal | None) -> Decimal | None:
    """The share of the limit in use, a fraction, not below 0; None without one or with limit 0."""
    return max(exposure, ZERO) / limit if limit else None


def next_state(
    before: str, use: Decimal | None, overdue: Decimal, days: int, marks: CreditMarks
) -> str:
    """The state that follows: up at once, down only past the margin, from stop to hold first."""
    late = days if overdue >= marks.least_overdue else 0
    reached = max(_by_use(use, marks), _by_days(late, marks))
    was = STATES.index(before)
    if reached >= was:
        return STATES[reached]
    least = STATES.index(HOLD) if before == STOP else 0
    return STATES[max(reached, least, min(was, _held_by_margin(use, marks)))]


def shown_state(
    state: str, *, held: bool, release: Release | None, exposure: Decimal, day: dt.date
) -> str:
    """What counts on the day: a hold by hand is stop; a release that lasts makes watch of it."""
    if held:
        return STOP
    if state not in (HOLD, STOP) or release is None:
        return state
    lasts = day <= release.until and exposure <= release.ceiling
    return WATCH if lasts else state


def _by_use(use: Decimal | None, marks: CreditMarks) -> int:
    if use is None:
        return 0
    return (use >= marks.watch_use) + (use > marks.hold_use) + (use > marks.stop_use)


def _by_days(days: int, marks: CreditMarks) -> int:
    return sum(days >= mark for mark in (marks.watch_days, marks.hold_days, marks.stop_days))


def _held_by_margin(use: Decimal | None, marks: CreditMarks) -> int:
    """The highest state whose mark less the margin is still reached."""
    if use is None:
        return 0
    entries = (marks.watch_use, marks.hold_use, marks.stop_use)
    return sum(use >= entry - marks.margin for entry in entries)
