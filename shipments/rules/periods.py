"""Spans of whole months and what they are compared with. Pure Python."""

import datetime as dt
from dataclasses import dataclass

from shipments.rules.months import month_number

YEAR, QUARTER = 12, 3
LONGEST = 120  # months of an own period
NAMES = ("12m", "month", "quarter", "year", "last_year", "own")


@dataclass(frozen=True, slots=True)
class Span:
    """The months from `first` to `last`, both included, as numbers (months.month_number)."""

    first: int
    last: int

    @property
    def months(self) -> int:
        """How many there are."""
        return self.last - self.first + 1

    def earlier(self, months: int) -> "Span":
        """As long, so many months before."""
        return Span(self.first - months, self.last - months)

    def compared(self, how: str) -> "Span":
        """The span right before with "before", else the same months a year ago or, of a longer
        span, as many whole years before as keep the two apart.
        """
        if how == "before":
            return self.earlier(self.months)
        return self.earlier(-(-self.months // YEAR) * YEAR)


def last_whole_month(day: dt.date) -> int:
    """The latest month that is over at the end of `day`."""
    return month_number(day + dt.timedelta(days=1)) - 1


def span_of(name: str, day: dt.date) -> Span:
    """The named span of whole months by `day`: the year is the running one to its last whole month.

    In January, before any month of the year is over, that is all of the year before.
    """
    last = last_whole_month(day)
    january = last // YEAR * YEAR
    if name == "month":
        return Span(last, last)
    if name == "quarter":
        end = (last + 1) // QUARTER * QUARTER - 1
        return Span(end - QUARTER + 1, end)
    if name == "year":
        return Span(january, last)
    if name == "last_year":
        return Span(january - YEAR, january - 1)
    return Span(last - YEAR + 1, last)


def own_span(first: str, last: str) -> Span | None:
    """The span from two months written YYYY-MM, in either order; None where one is no month."""
    try:
        ends = sorted(month_number(dt.date.fromisoformat(f"{text}-01")) for text in (first, last))
    except ValueError:
        return None
    return Span(max(ends[0], ends[1] - LONGEST + 1), ends[1])
