"""The rebate of a contract's year: the step that its revenue reached, on all of it. Pure Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.rules import ZERO, add_months, money


@dataclass(frozen=True, slots=True)
class Rebate:
    """What a year's revenue earns by now, and what the next step asks for (None: the last)."""

    revenue: Decimal
    rate: Decimal
    amount: Decimal
    next_from: Decimal | None
    next_rate: Decimal | None

    @property
    def missing(self) -> Decimal | None:
        """Revenue up to the next step."""
        return None if self.next_from is None else self.next_from - self.revenue


def rebate(revenue: Decimal, steps: Sequence[tuple[Decimal, Decimal]]) -> Rebate:
    """`steps`: from revenue, rate. A step that is reached holds for the whole revenue (ours)."""
    ordered = sorted(steps)
    reached = [(first, rate) for first, rate in ordered if revenue >= first]
    ahead = [(first, rate) for first, rate in ordered if revenue < first]
    rate = reached[-1][1] if reached else ZERO
    next_from, next_rate = ahead[0] if ahead else (None, None)
    return Rebate(revenue, rate, money(max(revenue, ZERO) * rate), next_from, next_rate)


def contract_year(starts_on: date, ends_on: date | None, day: date) -> tuple[date, date]:
    """The year of the contract that `day` lies in, cut at its end; the first before it begins.

    After its end it is the last one.
    """
    day = day if ends_on is None else min(day, ends_on)
    years = max(0, day.year - starts_on.year)
    if years and add_months(starts_on, 12 * years) > day:
        years -= 1
    begin = add_months(starts_on, 12 * years)
    end = add_months(starts_on, 12 * (years + 1)) - timedelta(1)
    return begin, end if ends_on is None else min(end, ends_on)
