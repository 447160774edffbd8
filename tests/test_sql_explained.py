"""Every .sql file fits the current schema and the rights of the night's role: all are EXPLAINed."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from core import sql
from tests.code import short
from tests.test_architecture import sql_files

SAMPLES: dict[str, object] = {  # parameter -> a value of its type
    "abc_a": Decimal("0.80"),
    "abc_b": Decimal("0.95"),
    "abc_basis": "revenue",
    "absent": ["cost"],
    "address": "203.0.113.5",
    "after": dt.date(2024, 8, 31),
    "all_new": False,
    "allocated_on": [dt.date(2025, 8, 31)],
    "amount": [Decimal("1.00")],
    "before_after": dt.date(2025, 2, 28),
    "by": "unit",
    "coarse": 40,
    "code": "C-1",
    "codes": ["C-1"],
    "contacts": 2,
    "currency": "CNY",
    "span_days": 90,
    "stage_names": ["acceptance", "delivery"],
    "targets": [None, Decimal("24.0")],
    "first_month": 24301,
    "last_month": 24307,
    "customer": 1,
    "customer_id": [1],
    "cut_months": [24307],
    "customers": [1],
    "at_risk": 2,
    "base_weeks": [4, 5],
    "day": dt.date(2025, 8, 31),
    "days": [dt.date(2025, 9, 1), dt.date(2025, 9, 2)],
    "decay_amber": Decimal("0.70"),
    "decay_red": Decimal("0.50"),
    "decay_shipments": 12,
    "dormant": 4,
    "dormant_days": 30,
    "each": 8,
    "every": False,
    "feasts": [dt.date(2025, 1, 29)],
    "fewest_gaps": 5,
    "fading": Decimal("0.70"),
    "fine": 200,
    "gaps_from": dt.date(2024, 8, 1),
    "head_a": Decimal("0.05"),
    "head_b": Decimal("0.15"),
    "head_minimum": 20,
    "forgotten": 365,
    "hidden": [1],
    "home": "/1/",
    "key": "a",
    "kind": ["allocation"],
    "lease": dt.timedelta(minutes=2),
    "lapsed": dt.date(2025, 6, 2),
    "known_from": dt.datetime(2025, 1, 1, tzinfo=dt.UTC),
    "large": Decimal("3000000.00"),
    "large_days": 1,
    "least": Decimal("10000"),
    "like_cut_months": [24300],
    "like_days": [dt.date(2025, 1, 29)],
    "like_months": [24307],
    "limit_ends": dt.date(2025, 9, 30),
    "line_id": [1],
    "lines": [1],
    "managers": [1],
    "manager": 1,
    "medium": Decimal("250000.00"),
    "medium_days": 2,
    "month": 24307,
    "months": [24307],
    "kept": 1,
    "likeness": 0.5,
    "merge": 1,
    "merged": 2,
    "most": 5,
    "lost_days": 180,
    "new_days": 30,
    "now": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    "now_after": dt.date(2025, 5, 31),
    "of": ["identity"],
    "items": ["uscc"],
    "sections": ["identity"],
    "deciders": ["decider"],
    "columns": ["employees"],
    "news_days": 30,
    "other_days": 3,
    "pairs": ["large>risk"],
    "previous": 1,
    "questions": ["nps"],
    "shortest_gap": 3,
    "same_day": dt.date(2024, 8, 31),
    "since": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    "reason": [""],
    "receipt_id": [1],
    "recent_weeks": [0, 1],
    "recovered": Decimal("0.85"),
    "revenue": Decimal("1.00"),
    "roles": ["decider"],
    "severities": ["info", "high"],
    "soon": 1,
    "stages": [-7, 1],
    "stopping": Decimal("0.50"),
    "suspects": [1],
    "under_way": ["line_haul"],
    "numbers": ["W1"],
    "events": "[]",
    "undone": ["W1"],
    "cleared": ["W1"],
    "written": [1],
    "tier_basis": "revenue",
    "tiers": ["large"],
    "unknown_gap": 30,
    "until": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    "values": [3],
    "visited_from": dt.datetime(2025, 10, 1, tzinfo=dt.UTC),
    "units": [1],
    "user_id": None,
    "tier": "large",
    "version": 1,
    "versions": [1],
    "wait": dt.timedelta(minutes=15),
    "year_ago_after": dt.date(2024, 5, 31),
    "year_ago_until": dt.date(2024, 8, 31),
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", sql_files(), ids=short)
def test_the_statement_fits_the_schema(path: Path) -> None:
    unknown = sql.parameters(path) - set(SAMPLES)
    assert not unknown, f"give {unknown} a sample value in this file"
    with connection.cursor() as cursor:
        values = {name: SAMPLES[name] for name in sql.parameters(path)}
        cursor.execute(f"EXPLAIN {sql.read(path)}", values)
        assert cursor.fetchall()


def test_there_is_no_sample_that_nothing_takes() -> None:
    taken = set().union(*(sql.parameters(path) for path in sql_files()))
    assert set(SAMPLES) - taken == set()
