"""Which days and hours people work, and counting in them. Pure Python.

A weekday is a workday and a weekend is not, unless `exceptions` says otherwise: holidays are
exceptions, and so are the weekend days on which the country works instead (调休).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.rules import BUSINESS_ZONE

Span = tuple[time, time]
_DAY = timedelta(days=1)
_SATURDAY = 5
# Holidays by law that have the same date every year; the others wait for the yearly notice.
_FIXED = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
_LONGEST_BREAK = 60  # days in a row without work: beyond that the calendar is wrong


def fixed_holidays(year: int) -> set[date]:
    """What is known of the holidays of a year before its official notice."""
    return {date(year, month, day) for month, day in _FIXED}


@dataclass(frozen=True)
class WorkCalendar:
    """`exceptions` by day: True is worked, False is not. Other years than `official` are a guess.

    `hours` are the spans of a working day, in their order, in Asia/Shanghai.
    """

    exceptions: Mapping[date, bool]
    official: Collection[int]
    hours: Sequence[Span] = ((time(9), time(12)), (time(13), time(18)))

    def is_workday(self, day: date) -> bool:
        """Whether people work that day."""
        known = self.exceptions.get(day)
        if known is not None:
            return known
        return day.weekday() < _SATURDAY and not self._is_guessed_holiday(day)

    def is_provisional(self, day: date) -> bool:
        """Whether the holidays of the day's year are not published yet."""
        return day.year not in self.official

    def next_workday(self, day: date) -> date:
        """The day itself if it is worked, else the first one after it that is."""
        for later in range(_LONGEST_BREAK):
            if self.is_workday(day + later * _DAY):
                return day + later * _DAY
        raise ValueError(f"no workday within {_LONGEST_BREAK} days of {day}")

    def add_workdays(self, day: date, n: int) -> date:
        """The n-th workday after the day; for 0 the day itself or the next workday."""
        found = self.next_workday(day) if n == 0 else day
        for _each in range(n):
            found = self.next_workday(found + _DAY)
        return found

    def workdays_between(self, after: date, until: date) -> int:
        """How many workdays there are after one day up to and including another."""
        days = (after + n * _DAY for n in range(1, (until - after).days + 1))
        return sum(self.is_workday(day) for day in days)

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The moment at which so much working time has passed since `start`."""
        left = duration
        for begin, end in self._spans_from(start):
            if left <= end - begin:
                return begin + left
            left -= end - begin
        raise ValueError("a calendar without working time")

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none where `end` is not later."""
        total = timedelta()
        for begin, finish in self._spans_from(start):
            if begin >= end:
                break
            total += min(finish, end) - begin
        return total

    def _is_guessed_holiday(self, day: date) -> bool:
        return self.is_provisional(day) and (day.month, day.day) in _FIXED

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans of work from a moment on, the first one cut to it; without end."""
        day = start.astimezone(BUSINESS_ZONE).date()
        while True:
            day = self.next_workday(day)
            for first, last in self.hours:
                begin = datetime.combine(day, first, BUSINESS_ZONE)
                end = datetime.combine(day, last, BUSINESS_ZONE)
                if end > start:
                    yield max(begin, start), end
            day += _DAY
