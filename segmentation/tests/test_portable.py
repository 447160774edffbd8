"""The text that engines beside Postgres run (06 §5): DuckDB gives the same rows, byte by byte."""
# ruff: noqa: S608  (the statement is the product's own)

import datetime as dt
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import _duckdb, _engines, _world
from core import sql
from core.models import Version
from core.versions import open_partitions
from customers.models import Customer
from segmentation.jobs import classify, ranked_by, write_figures
from segmentation.models import Classification, Figures
from segmentation.rules.abc_classes import abc_by_count, abc_by_value
from segmentation.rules.sizes import size_of
from segmentation.ruleset import DEFAULT_RULES
from shipments.jobs import check_rollups

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 14)  # within a month: the windows cut three of them
RANKING = _engines.TEXT.parent / "ranking.sql"


def night() -> int:
    version = Version.objects.create(business_date=DAY, rule_version=1).pk
    open_partitions(version)
    write_figures(DAY, version)
    classify(DAY, version, DEFAULT_RULES)
    return version


@pytest.fixture
def company() -> None:
    """Sixty customers; one is merged into another, one sends without costs."""
    _world.build(_world.Size(DAY, customers=60, waybills=2600, lines=50, responses=10))
    kept, merged = Customer.objects.order_by("pk")[:2]
    Customer.objects.filter(pk=merged.pk).update(merged_into=kept)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE shipments_waybill SET cost = NULL WHERE customer_id = %s", [kept.pk + 2]
        )
    check_rollups()


@pytest.mark.usefixtures("company")
def test_duckdb_and_postgres_give_the_same_rows_byte_by_byte(tmp_path: Path):
    _duckdb.export(tmp_path)
    given = _engines.values(DAY, DEFAULT_RULES)
    rows = list(_engines.on_postgres(given))
    assert list(_engines.on_duckdb(given, tmp_path)) == rows
    assert len(rows) == Customer.objects.filter(merged_into=None).count() == 59


@pytest.mark.usefixtures("company")
def test_from_the_facts_come_the_figures_and_classes_of_the_night():
    version = night()
    figures = Figures.objects.filter(version=version).order_by("customer")
    classes = dict(
        Classification.objects.filter(version=version).values_list("customer", "value_above")
    )
    rows = [line.split(",") for line in _engines.on_postgres(_engines.values(DAY, DEFAULT_RULES))]
    assert len(rows) == len(figures)
    for row, found in zip(rows, figures, strict=True):
        assert row[:10] == [
            *(str(found.customer_id), str(found.shipments_12m), in_cents(found.revenue_12m)),
            *(in_cents(found.cost_12m), in_cents(found.margin_12m)),
            *(in_cents(found.revenue_prev_12m), str(found.promised), str(found.on_time)),
            *(str(found.exceptions), str(found.last_accepted_on or "")),
        ]
        assert row[11] == in_cents(classes[found.customer_id])
    assert any(row[3] == "" for row in rows), "nobody sends without costs"
    assert len({row[13] for row in rows}) > 2, "all are of one class"


def in_cents(amount: Decimal | None) -> str:
    return "" if amount is None else str(int(amount * 100))


def typed(amount: Decimal | None) -> str:
    return f"CAST({in_cents(amount) or 'NULL'} AS BIGINT)"


amounts = st.none() | st.integers(-300, 1000).map(lambda thousands: Decimal(thousands * 3000))


@given(st.lists(st.tuples(amounts, st.booleans()), min_size=0, max_size=40))
@settings(max_examples=60)
def test_the_ranking_says_what_the_rules_say_on_both(customers: list[tuple[Decimal, bool]]):
    """Ties, zeros, negatives, unknown values, one customer, none."""
    named = {str(number): value for number, (value, _) in enumerate(customers)}
    rules = ranked_by(DEFAULT_RULES) | {"head_minimum": 3}
    source = ", ".join(
        f"({number}, {typed(value)}, {typed(value)}, {shipped})"
        for number, (value, shipped) in enumerate(customers)
    )
    source = source and f"VALUES {source}"
    nobody = f"SELECT 0, {typed(None)}, {typed(None)}, true WHERE false"
    text = (
        f"WITH valued(customer_id, cents, size_cents, has_shipped) AS ({source or nobody}),"
        f" ranked AS ({sql.read(RANKING)})"
        " SELECT customer_id, abc, abc_by_count, size FROM ranked ORDER BY customer_id"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, rules)
        found = cursor.fetchall()
    with duckdb.connect() as duck:
        assert (
            duck.execute(_engines.renamed(text, _engines.DUCKDB_PARAMETER), rules).fetchall()
            == found
        )
    by_value = abc_by_value(named)
    shipped = {
        str(n): value for n, (value, has) in enumerate(customers) if has and value is not None
    }
    by_count = abc_by_count(shipped, minimum=3)
    for number, abc, count, size in found:
        key = str(number)
        assert "NCBA"[abc] == by_value[key].abc_class
        assert count == (by_count.get(key) or "")
        assert ["small", "medium", "large"][size - 1] == size_of(named[key], DEFAULT_RULES.tiers)
