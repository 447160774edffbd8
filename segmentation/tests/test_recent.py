"""Three months against the three before and the same a year ago (02 §6.4), to the day."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import as_role
from core.rules import Window
from segmentation.models import Figures
from segmentation.rules.recent import recent_windows
from segmentation.tests.make import night, ship
from tests.cast import Cast

day = dt.date.fromisoformat
NAMES = ("revenue_3m", "revenue_prev_3m", "revenue_3m_year_ago")
MONTH = ("revenue_month", "revenue_month_year_ago")


def recent(version: int, names: tuple[str, ...] = NAMES) -> dict[str, tuple[Decimal, ...]]:
    """The figures by customer code."""
    rows = Figures.objects.filter(version=version).values_list("customer__code", *names)
    return {code: tuple(amounts) for code, *amounts in rows}


@pytest.mark.parametrize(
    ("until", "now", "before", "year_ago"),
    [
        ("2026-11-24", "2026-08-25", "2026-05-25", "2025-08-25"),
        ("2026-05-31", "2026-03-01", "2025-11-29", "2025-03-01"),
        ("2026-06-30", "2026-03-31", "2025-12-31", "2025-03-31"),
        ("2024-02-29", "2023-11-30", "2023-08-30", "2022-11-29"),
        ("2026-01-01", "2025-10-02", "2025-07-02", "2024-10-02"),
    ],
)
def test_the_windows_are_cut_like_those_of_twelve_months(until, now, before, year_ago):
    found = recent_windows(day(until))
    assert [str(window.first) for window in (found.now, found.before, found.year_ago)] == [
        now,
        before,
        year_ago,
    ]
    assert found.before.until == found.now.after
    assert found.now.until == day(until)


@pytest.mark.parametrize(
    ("until", "months"),
    [
        ("2026-11-24", ["2025-08", "2025-11", "2026-05", "2026-08", "2026-11"]),
        ("2026-08-31", []),  # 31 May, 28 February: whole months only
        ("2026-06-30", ["2025-03", "2025-12", "2026-03"]),
    ],
)
def test_only_months_that_a_window_cuts_in_two_are_read_from_waybills(until, months):
    numbers = [int(month[:4]) * 12 + int(month[5:]) - 1 for month in months]
    assert recent_windows(day(until)).cut_months == numbers


@pytest.mark.django_db
def test_revenue_is_told_apart_to_the_day(cast: Cast):
    for accepted, revenue in (
        ("2026-11-24", 1),  # the last day of the three months
        ("2026-08-25", 10),  # and the first
        ("2026-08-24", 100),  # the three before end here
        ("2026-05-25", 1_000),
        ("2026-05-24", 10_000),  # in no window
        ("2025-11-24", 100_000),  # the same a year ago
        ("2025-08-25", 1_000_000),
        ("2025-08-24", 10_000_000),
        ("2025-11-25", 20_000_000),
        ("2026-11-25", 30_000_000),  # tomorrow
    ):
        ship(cast.acme, accepted, revenue)
    ship(cast.acme, "2026-10-01", 7, status="cancelled")
    ship(cast.acme, "2026-10-01", 7, currency="USD")
    ship(cast.bolt, "2026-09-30", 5)
    found = recent(night("2026-11-24"))
    assert found == {"ACME": (11, 1_100, 1_100_000), "BOLT": (5, 0, 0), "WOLF": (0, 0, 0)}


@pytest.mark.django_db
def test_the_month_to_date_stands_beside_the_same_days_of_last_year(cast: Cast):
    for accepted, revenue in (
        ("2026-11-01", 1),
        ("2026-11-24", 10),
        ("2026-11-25", 100),
        ("2026-10-31", 1_000),
        ("2025-11-01", 2),
        ("2025-11-24", 20),
        ("2025-11-25", 200),
        ("2025-10-31", 2_000),
    ):
        ship(cast.acme, accepted, revenue)
    assert recent(night("2026-11-24"), MONTH)["ACME"] == (11, 22)
    assert recent(night("2026-11-30"), MONTH)["ACME"] == (111, 222)


DAYS = st.dates(dt.date(2024, 8, 1), dt.date(2026, 3, 31))
SHIPMENTS = st.lists(st.tuples(st.sampled_from(["acme", "bolt"]), DAYS), max_size=25)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shipments=SHIPMENTS, until=st.dates(dt.date(2025, 11, 20), dt.date(2026, 3, 31)))
def test_the_night_counts_what_the_windows_say(cast: Cast, shipments, until):
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM shipments_waybill; DELETE FROM shipments_customermonth")
    for number, (name, accepted) in enumerate(shipments):
        ship(getattr(cast, name), str(accepted), 2**number)  # every sum tells which went in
    windows = recent_windows(until)
    names = ("now", "before", "year_ago", "month", "month_year_ago")

    def expected(name: str, window: Window) -> int:
        return sum(
            2**number
            for number, (who, accepted) in enumerate(shipments)
            if who == name and accepted in window
        )

    found = recent(night(until), NAMES + MONTH)
    for name in ("acme", "bolt"):
        sums = tuple(expected(name, getattr(windows, each)) for each in names)
        assert found[name.upper()] == sums
