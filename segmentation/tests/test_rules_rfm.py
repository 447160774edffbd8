"""Recency, frequency, money (C7): the example, the laws, and that Postgres cuts alike."""

import datetime as dt

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segmentation.rules.rfm import MARKS, cuts, quarter, recency, score

WEEKS = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 5, 9]


def test_the_example_of_the_specification():
    found = cuts(WEEKS)
    assert found == (1, 1, 2, 5)
    assert [score(each, found) for each in WEEKS] == [0, 0, 0, 1, 1, 1, 1, 3, 3, 4, 4, 5]


@pytest.mark.parametrize(
    ("days", "points"),
    [(0, 5), (7, 5), (8, 4), (14, 4), (15, 3), (30, 3), (31, 2), (60, 2), (61, 1), (None, 0)],
)
def test_recency_counts_days(days: int | None, points: int):
    assert recency(days) == points


def test_where_nobody_is_active_nothing_is_cut():
    assert cuts([0, -5]) == ()
    assert (score(0, ()), score(-5, ()), score(None, ())) == (0, 0, 0)


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-03-31", "2026-01-01"), ("2026-04-01", "2026-04-01"), ("2026-12-31", "2026-10-01")],
)
def test_a_quarter_begins_with_its_first_day(day: str, first: str):
    assert quarter(dt.date.fromisoformat(day)) == dt.date.fromisoformat(first)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_postgres_cuts_at_the_same_places(db, values: list[int]):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY v) FROM unnest(%s) v",
            [list(MARKS), values],
        )
        assert tuple(cursor.fetchone()[0]) == cuts(values)
