"""When an amount is due (B2). Pure Python.

What was agreed is kept as it was wished (day 31) and clamped only where it is used, so that
February does not change March.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.rules import add_months
from core.work_calendar import WorkCalendar

_DAY = timedelta(days=1)
_LAST = 31
_LONGEST_BREAK = 60  # days in a row without work: beyond that the calendar is wrong


class Roll(StrEnum):
    """Where a due date goes that is no workday."""

    FOLLOWING = "following"
    PRECEDING = "preceding"
    MODIFIED_FOLLOWING = "modified_following"  # forward, but not into the next month
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DueDate:
    """The day money is due; provisional while that year's holidays are not published."""

    on: date
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Days:
    """n days after the start, of the calendar or worked ones."""

    n: int
    in_workdays: bool = False

    def wish(self, start: date, calendar: WorkCalendar) -> date:
        """The day before it is rolled."""
        return calendar.add_workdays(start, self.n) if self.in_workdays else start + self.n * _DAY


@dataclass(frozen=True, slots=True)
class EndOfMonthPlus:
    """n calendar days after the end of the month of the start."""

    n: int

    def wish(self, start: date, _calendar: WorkCalendar) -> date:
        """The day before it is rolled."""
        return on_day(start, _LAST) + self.n * _DAY


@dataclass(frozen=True, slots=True)
class LastDayOfMonth:
    """The last day of the month `months` after that of the start."""

    months: int

    def wish(self, start: date, _calendar: WorkCalendar) -> date:
        """The day before it is rolled."""
        return on_day(add_months(start, self.months), _LAST)


@dataclass(frozen=True, slots=True)
class MonthlySettlement:
    """Shipments up to the cut-off day are paid on `pay_day`, `months` after their period ends."""

    cut_off: int
    months: int
    pay_day: int

    def wish(self, start: date, _calendar: WorkCalendar) -> date:
        """The day before it is rolled."""
        return on_day(add_months(period_end(start, self.cut_off), self.months), self.pay_day)


Terms = Days | EndOfMonthPlus | LastDayOfMonth | MonthlySettlement


def due_date(
    terms: Terms, start: date, calendar: WorkCalendar, roll_to: Roll = Roll.FOLLOWING
) -> DueDate:
    """When an amount is due whose term begins with `start` (an invoice's or a shipment's day)."""
    wished = terms.wish(start, calendar)
    on = roll(wished, calendar, roll_to)
    guesses = _counts_guessed_days(terms, start, wished, calendar)
    return DueDate(on, guesses or any(map(calendar.is_provisional, (wished, on))))


def _counts_guessed_days(terms: Terms, start: date, wished: date, calendar: WorkCalendar) -> bool:
    """Whether workdays were counted through a year whose holidays are not published."""
    if not (isinstance(terms, Days) and terms.in_workdays):
        return False
    years = range(start.year, wished.year + 1)
    return any(calendar.is_provisional(date(year, 1, 1)) for year in years)


def roll(day: date, calendar: WorkCalendar, to: Roll = Roll.FOLLOWING) -> date:
    """The day itself where it is worked or not to be rolled, else the workday it moves to."""
    if to is Roll.NONE or calendar.is_workday(day):
        return day
    if to is Roll.PRECEDING:
        return _workday_before(day, calendar)
    later = calendar.next_workday(day)
    if to is Roll.MODIFIED_FOLLOWING and later.month != day.month:
        return _workday_before(day, calendar)
    return later


def on_day(month: date, day: int) -> date:
    """That day of the month `month` lies in, clamped to its last (31 is always the last day)."""
    return month.replace(day=min(day, monthrange(month.year, month.month)[1]))


def period_end(shipped: date, cut_off: int) -> date:
    """The last day of the settlement period a shipment belongs to."""
    end = on_day(shipped, cut_off)
    return end if shipped <= end else on_day(add_months(shipped.replace(day=1), 1), cut_off)


def period_start(end: date, cut_off: int) -> date:
    """The first day of the settlement period that ends on `end`."""
    return on_day(add_months(end.replace(day=1), -1), cut_off) + _DAY


def last_period_end(day: date, cut_off: int) -> date:
    """The end of the last settlement period that was over before `day` began."""
    end = on_day(day, cut_off)
    return end if end < day else on_day(add_months(day.replace(day=1), -1), cut_off)


def _workday_before(day: date, calendar: WorkCalendar) -> date:
    for earlier in range(_LONGEST_BREAK):
        if calendar.is_workday(day - earlier * _DAY):
            return day - earlier * _DAY
    raise ValueError(f"no workday within {_LONGEST_BREAK} days before {day}")
