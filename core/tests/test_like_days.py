"""Feasts by rule against the official calendar, and days compared with their like."""

import datetime as dt

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.feasts import autumn_break, days_between, is_feast, mid_autumn, new_year
from core.like_days import like_day, like_days, like_spans, whole_months
from core.rules import Window

DAY = dt.timedelta(days=1)
YEARS = st.integers(2005, 2049)
DAYS = st.dates(dt.date(2005, 1, 1), dt.date(2049, 12, 31))


def d(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize("year", range(2009, 2027))
def test_the_breaks_hold_the_holidays_of_the_official_calendar(year):
    named = {
        day: name for day, name in chinese_calendar.holidays.items()
        if day.year == year and name in {"Spring Festival", "National Day", "Mid-autumn Festival"}
    }  # fmt: skip
    spring = [day for day, name in named.items() if name == "Spring Festival"]
    assert min(spring) <= new_year(year) <= max(spring)
    assert all(is_feast(day) for day in spring)
    first, last = autumn_break(year)
    autumn = [day for day, name in named.items() if name == "National Day"]
    assert set(autumn) <= set(days_between(first - DAY, last))
    moon = mid_autumn(year)
    assert any(abs(day - moon) <= DAY for day in named) or first <= moon <= last


@pytest.mark.parametrize(
    ("day", "year", "like"),
    [
        ("2026-02-17", 2025, "2025-01-29"),  # New Year's Day
        ("2026-02-27", 2025, "2025-02-08"),  # ten days later
        (
            "2026-01-26",
            2025,
            "2025-03-10",
        ),  # the last ordinary day before it: the 26th of its winter
        ("2026-01-01", 2025, "2025-01-01"),
        ("2026-03-20", 2025, "2025-03-20"),
        ("2025-11-11", 2024, "2024-11-11"),
        ("2025-10-02", 2023, "2023-09-30"),  # the second day of a break that began on 29 September
        ("2023-09-21", 2025, "2025-09-21"),
        ("2024-06-30", 2025, "2025-06-30"),
        ("2024-12-31", 2023, "2023-12-31"),
    ],
)
def test_a_day_has_its_like(day, year, like):
    assert like_day(d(day), year) == d(like)


@given(DAYS, YEARS)
def test_feasts_meet_feasts_and_the_way_back_is_the_same(day, year):
    like = like_day(day, year)
    assert like.year == year
    if is_feast(day) and (day.month, day.day) != (10, 8):
        assert is_feast(like) or (like.month, like.day) == (10, 8)
    if day.month > 3:  # before, a leap day takes a place of its own
        assert like_day(like, day.year) == day


@given(st.integers(2005, 2049))
def test_a_winter_is_compared_with_a_whole_winter(year):
    winter = Window(dt.date(year - 1, 12, 31), dt.date(year, 3, 31))
    (span,) = like_spans(winter)
    assert (span.first, span.until) == (dt.date(year - 1, 1, 1), dt.date(year - 1, 3, 31))


def test_three_months_to_a_day_before_the_feast_are_compared_with_days_before_the_other():
    three = Window(d("2025-11-10"), d("2026-02-10"))
    assert d("2025-01-22") in like_days(three)  # a week before the New Year of that year
    assert not {d("2025-01-29"), d("2025-02-05")} & set(like_days(three))
    whole, rest = whole_months(like_days(three))
    assert whole == [d("2024-12-01")]
    assert len(rest) + 31 == 92
