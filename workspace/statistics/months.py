"""Month after month: the same sums over time, for one customer or all a person sees."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from core.rules import ZERO
from shipments.rules import first_day
from shipments.rules.periods import QUARTER, YEAR, Span
from workspace.statistics.sums import growth

YEARS = 5  # that are looked at
Value = Decimal | int | None
MEASURES = ("revenue", "shipments", "weight_kg", "margin")


@dataclass(frozen=True, slots=True)
class Month:
    """One month; counts of all waybills, money of those in one currency."""

    number: int
    shipments: int = 0
    weight_kg: Decimal = Decimal(0)
    revenue: Decimal = ZERO
    cost: Decimal = ZERO
    uncosted: int = 0

    @property
    def margin(self) -> Decimal | None:
        """Revenue - cost; null while a cost is unknown."""
        return None if self.uncosted else self.revenue - self.cost

    @property
    def day(self) -> dt.date:
        """Its first day."""
        return first_day(self.number)

    def value(self, measure: str) -> Value:
        """The measure of MEASURES."""
        found: Value = getattr(self, measure)
        return found


def months_of(rows: QuerySet[Any], last: int, currency: str) -> list[Month]:
    """The rows' months to `last`, oldest first, from the first in which anything was sent."""
    money = Q(currency=currency)
    sums = rows.filter(month__range=(last - YEARS * YEAR + 1, last)).order_by()
    found = {
        number: Month(number, *values)
        for number, *values in sums.values_list("month").annotate(
            Sum("shipments"),
            Sum("weight_kg"),
            a_revenue=Sum("revenue", filter=money, default=0),
            a_cost=Sum("cost", filter=money, default=0),
            a_uncosted=Sum("uncosted", filter=money, default=0),
        )
        if values[0]
    }
    if not found:
        return []
    return [found.get(number, Month(number)) for number in range(min(found), last + 1)]


@dataclass(frozen=True, slots=True)
class Quarters:
    """The last three months, the three before, and the same three a year ago."""

    now: Value
    before: Value
    year_ago: Value

    @property
    def growth_before(self) -> Decimal | None:
        """Against the three before."""
        return growth(self.now, self.before)

    @property
    def growth_year(self) -> Decimal | None:
        """Against the same three a year ago."""
        return growth(self.now, self.year_ago)


def quarters(months: Sequence[Month], measure: str) -> Quarters:
    """Three against three against three; null where a month's value is not known."""
    by_number = {month.number: month for month in months}
    last = months[-1].number if months else 0
    span = Span(last - QUARTER + 1, last)
    return Quarters(*(
        _total(by_number, one, measure) for one in (span, span.earlier(QUARTER), span.earlier(YEAR))
    ))  # fmt: skip


def _total(months: dict[int, Month], span: Span, measure: str) -> Value:
    values = [
        months.get(number, Month(number)).value(measure)
        for number in range(span.first, span.last + 1)
    ]
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


@dataclass(frozen=True, slots=True)
class Year:
    """A calendar year of `months` months: fewer where the series begins or ends within it."""

    year: int
    months: int
    value: Value
    growth: Decimal | None


def years(months: Sequence[Month], measure: str) -> list[Year]:
    """Yearly totals, oldest first; growth is against the same months of the year before."""
    if not months:
        return []
    by_number = {month.number: month for month in months}
    first, last = months[0].number, months[-1].number
    found = []
    for year in range(first // YEAR, last // YEAR + 1):
        span = Span(max(year * YEAR, first), min(year * YEAR + YEAR - 1, last))
        value = _total(by_number, span, measure)
        is_known = span.first - YEAR >= first
        before = _total(by_number, span.earlier(YEAR), measure) if is_known else None
        found.append(Year(year, span.months, value, growth(value, before)))
    return found


def best_and_worst(months: Sequence[Month], measure: str) -> tuple[list[Month], list[Month]]:
    """The three best and the three worst of the last 24 months, the extreme first."""
    known = [month for month in months[-2 * YEAR :] if month.value(measure) is not None]
    ordered = sorted(known, key=lambda month: (-(month.value(measure) or 0), -month.number))
    if len(ordered) < 2 * QUARTER:
        return [], []
    return ordered[:QUARTER], ordered[: -QUARTER - 1 : -1]
