"""Months as numbers."""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from shipments.rules import first_day, month_number


@given(st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31)))
def test_a_month_and_its_first_day(day: dt.date):
    number = month_number(day)
    assert first_day(number) == day.replace(day=1)
    assert month_number(first_day(number)) == number
    assert month_number(first_day(number) - dt.timedelta(1)) == number - 1


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["1999-12-31", "2000-01-01", "2024-02-29", "2025-08-31"])
def test_the_database_says_the_same(day: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT shipments_month(%s)", [day])
        assert cursor.fetchone() == (month_number(dt.date.fromisoformat(day)),)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "before"), [("2018-08-31", "2017-08-31"), ("2024-02-29", "2023-02-28")]
)
def test_the_database_counts_a_year_back_as_the_windows_do(day: str, before: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT shipments_year_before(%s)::text", [day])
        assert cursor.fetchone() == (before,)
