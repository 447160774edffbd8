"""Counting in workdays and working hours."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import BUSINESS_ZONE
from core.work_calendar import WorkCalendar

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))
# 1 January 2026 is a Thursday: a holiday with a Sunday worked for the Friday that is off.
CALENDAR = WorkCalendar(
    exceptions={
        dt.date(2026, 1, 1): False, dt.date(2026, 1, 2): False, dt.date(2026, 1, 4): True,
    },
    official={2026},
)  # fmt: skip


# A year with some days other than the week says; never a month without work.
NOT_AS_THE_WEEK = st.sets(DAYS, max_size=25)


def calendars() -> st.SearchStrategy[WorkCalendar]:
    return st.builds(
        lambda days: WorkCalendar({day: day.weekday() >= 5 for day in days}, official={2026}),
        NOT_AS_THE_WEEK,
    )


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 1, day, hour, minute, tzinfo=BUSINESS_ZONE)


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [(1, False), (2, False), (3, False), (4, True), (5, True), (9, True), (10, False), (11, False)],
)
def test_a_holiday_is_off_and_the_sunday_for_it_is_worked(day: int, is_workday: bool):
    assert CALENDAR.is_workday(dt.date(2026, 1, day)) == is_workday


def test_a_year_without_its_notice_knows_weekends_and_fixed_holidays():
    assert CALENDAR.is_provisional(dt.date(2027, 1, 4))
    assert not CALENDAR.is_provisional(dt.date(2026, 1, 4))
    off = [dt.date(2027, 1, 1), dt.date(2027, 5, 1), dt.date(2027, 10, 1), dt.date(2027, 2, 6)]
    assert [CALENDAR.is_workday(day) for day in off] == [False] * 4
    assert CALENDAR.is_workday(dt.date(2027, 1, 4))
    assert WorkCalendar({}, official={2027}).is_workday(dt.date(2027, 1, 1))  # the notice decides


def test_what_falls_on_a_day_off_moves_to_the_next_workday():
    assert CALENDAR.add_workdays(dt.date(2026, 1, 1), 0) == dt.date(2026, 1, 4)
    assert CALENDAR.add_workdays(dt.date(2026, 1, 4), 0) == dt.date(2026, 1, 4)
    assert CALENDAR.add_workdays(dt.date(2026, 1, 1), 2) == dt.date(2026, 1, 5)
    assert CALENDAR.next_workday(dt.date(2026, 1, 10)) == dt.date(2026, 1, 12)


@given(calendars(), DAYS, st.integers(1, 40))
def test_n_workdays_later_there_are_n_workdays_between(calendar, day, n):
    later = calendar.add_workdays(day, n)
    assert calendar.is_workday(later)
    assert calendar.workdays_between(day, later) == n
    assert calendar.workdays_between(day, later - dt.timedelta(1)) == n - 1


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(5, 9), 3, at(5, 12)),
        (at(5, 11), 2, at(5, 14)),  # over lunch
        (at(5, 12, 30), 1, at(5, 14)),
        (at(5, 17), 2, at(6, 10)),
        (at(9, 17), 2, at(12, 10)),  # over a weekend
        (at(1, 8), 1, at(4, 10)),  # a holiday, then a Sunday that is worked
        (at(5, 7), 8, at(5, 18)),
    ],
)
def test_so_many_working_hours_later(start: dt.datetime, hours: int, end: dt.datetime):
    assert CALENDAR.add_working_time(start, dt.timedelta(hours=hours)) == end
    assert CALENDAR.working_time_between(start, end) == dt.timedelta(hours=hours)


@given(calendars(), DAYS, st.integers(0, 24 * 60 - 1), st.integers(1, 100 * 60))
def test_the_time_added_is_the_time_between(calendar, day, moment, minutes):
    start = dt.datetime.combine(day, dt.time(), BUSINESS_ZONE) + dt.timedelta(minutes=moment)
    duration = dt.timedelta(minutes=minutes)
    assert calendar.working_time_between(start, calendar.add_working_time(start, duration)) == (
        duration
    )


def test_no_time_passes_backwards_nor_at_night():
    assert CALENDAR.working_time_between(at(5, 15), at(5, 10)) == dt.timedelta()
    assert CALENDAR.working_time_between(at(5, 18), at(6, 9)) == dt.timedelta()
