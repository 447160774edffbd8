"""When money is due: the agreed day, clamped to the month and moved to a day people work (B2)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.due_dates import (
    Days,
    EndOfMonthPlus,
    LastDayOfMonth,
    MonthlySettlement,
    Roll,
    due_date,
    last_period_end,
    on_day,
    period_end,
    period_start,
    roll,
)
from core.work_calendar import WorkCalendar

GOLDEN_WEEK = {date(2025, 10, day): False for day in range(1, 9)}
WORKED_SATURDAY = {date(2025, 10, 11): True}
CALENDAR = WorkCalendar(GOLDEN_WEEK | WORKED_SATURDAY, official={2025, 2026})
days_of_years = st.dates(date(2023, 1, 1), date(2028, 12, 31))


def due(terms, start, to=Roll.FOLLOWING):
    return due_date(terms, start, CALENDAR, to).on


def test_shipped_after_the_cut_off_is_paid_with_the_next_period():
    terms = MonthlySettlement(cut_off=25, months=1, pay_day=15)
    shipped = date(2025, 9, 26)
    assert period_end(shipped, 25) == date(2025, 10, 25)
    assert due(terms, shipped, Roll.NONE) == date(2025, 11, 15)  # a Saturday
    assert due(terms, shipped) == date(2025, 11, 17)
    assert due(terms, shipped, Roll.PRECEDING) == date(2025, 11, 14)
    assert due(terms, date(2025, 9, 25), Roll.NONE) == date(2025, 10, 15)


def test_the_holidays_of_october_are_waited_for():
    assert roll(date(2025, 10, 1), CALENDAR) == date(2025, 10, 9)
    assert roll(date(2025, 10, 11), CALENDAR) == date(2025, 10, 11)  # worked instead


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (Days(30), date(2025, 3, 2)),
        (Days(3, in_workdays=True), date(2025, 2, 5)),
        (EndOfMonthPlus(10), date(2025, 2, 10)),
        (LastDayOfMonth(1), date(2025, 2, 28)),
        (MonthlySettlement(31, 1, 31), date(2025, 2, 28)),
    ],
)
def test_kinds_of_terms_from_the_last_of_january(terms, expected):
    assert due(terms, date(2025, 1, 31), Roll.NONE) == expected


def test_the_wish_for_the_31st_is_kept_through_short_months():
    ends = [on_day(date(2028, month, 1), 31).day for month in range(1, 5)]
    assert ends == [31, 29, 31, 30]
    assert due(LastDayOfMonth(1), date(2028, 1, 31), Roll.NONE) == date(2028, 2, 29)


def test_modified_following_stays_in_the_month():
    assert roll(date(2025, 5, 31), CALENDAR, Roll.MODIFIED_FOLLOWING) == date(2025, 5, 30)
    assert roll(date(2025, 5, 24), CALENDAR, Roll.MODIFIED_FOLLOWING) == date(2025, 5, 26)


def test_a_year_without_its_notice_is_a_guess():
    assert not due_date(Days(30), date(2026, 11, 1), CALENDAR).is_provisional
    assert due_date(Days(30), date(2026, 12, 15), CALENDAR).is_provisional
    counted = due_date(Days(3, in_workdays=True), date(2026, 12, 30), CALENDAR)
    assert counted.is_provisional


def test_a_calendar_without_work_is_refused():
    idle = WorkCalendar({date(2025, 1, 1) + timedelta(n): False for n in range(365)}, {2025})
    with pytest.raises(ValueError, match="no workday"):
        roll(date(2025, 6, 1), idle, Roll.PRECEDING)


@given(days_of_years, st.sampled_from([to for to in Roll if to is not Roll.NONE]))
def test_a_rolled_day_is_worked(day, to):
    assert CALENDAR.is_workday(roll(day, CALENDAR, to))


@given(days_of_years, st.integers(1, 31), st.integers(1, 31))
def test_a_later_wish_never_falls_due_earlier(month, one, other):
    first, second = sorted((one, other))
    assert on_day(month, first) <= on_day(month, second)


@given(days_of_years, st.integers(1, 31))
def test_periods_touch_and_hold_each_shipment_once(shipped, cut_off):
    end = period_end(shipped, cut_off)
    assert period_start(end, cut_off) <= shipped <= end
    assert period_end(end + timedelta(1), cut_off) > end
    assert last_period_end(end + timedelta(1), cut_off) == end
