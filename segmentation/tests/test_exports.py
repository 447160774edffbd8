"""Indicators and tiers out, and the figures a customer's page shows."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pytest

from conftest import as_role
from core.context import acting
from core.models import Version
from core.tables.errors import TableError
from core.tables.write import Exporter, ExportRequest, iter_csv
from customers.models import Customer
from segmentation.exports import CHURN, INDICATORS, TIERS
from segmentation.jobs import merge_into_customers, write_customer_values, write_rhythm
from segmentation.models import Classification, Figures, ValueModel
from segmentation.reports import header_figures, tier_counts
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night, owe, pay, publish, ship
from shipments.jobs import check_rollups
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


def exported(exporter: Exporter, **request) -> dict[str, dict[str, str]]:
    """Rows by customer code, and that they came sorted."""
    text = "".join(iter_csv(exporter.columns, exporter.rows(ExportRequest(**request))))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    codes = [row["customer_code"] for row in rows]
    assert codes == sorted(codes)
    return {row["customer_code"]: row for row in rows}


@pytest.fixture
def published(cast: Cast) -> int:
    """A night with one large customer and one that owes."""
    ship(cast.acme, "2026-03-08", 3_240_000, cost=3_000_000, exception="delay")
    ship(cast.acme, "2026-03-09", 60_000, cost=0)
    ship(cast.acme, "2026-03-10", 0, cost=0)
    ship(cast.acme, "2025-03-31", 2_400_000)
    pay(owe(cast.bolt, 300, "2025-12-01", "2026-01-01"), 300, "2026-01-11")
    owe(cast.bolt, 600, "2025-12-01", "2026-01-01")
    version = night("2026-03-31")
    publish(version)
    return version


def test_indicators_are_written_as_promised(published):
    rows = exported(INDICATORS)
    assert set(rows) == {"ACME", "BOLT", "WOLF"}
    assert list(rows["ACME"].items()) == [
        ("customer_code", "ACME"),
        ("shipments_12m", "3"),
        ("revenue_12m", "3300000.00"),
        ("cost_12m", "3000000.00"),
        ("margin_12m", "300000.00"),
        ("revenue_prev_12m", "2400000.00"),
        ("revenue_growth", "0.375000"),
        ("on_time_rate", ""),
        ("exception_rate", "0.333333"),
        ("last_accepted_on", "2026-03-10"),
        ("collection_rate", ""),
        ("mean_days_late", ""),
    ]
    assert (rows["BOLT"]["collection_rate"], rows["BOLT"]["mean_days_late"]) == (
        "0.333333",
        "10.000000",
    )
    assert list(rows["WOLF"].values()) == ["WOLF", "0", *["0.00"] * 4, *[""] * 6]


def test_tiers_are_written_as_promised(published):
    row = exported(TIERS)["ACME"]
    reasons = json.loads(row.pop("reasons"))
    assert list(row.items()) == [
        ("customer_code", "ACME"),
        ("tier", "large"),
        ("size", "large"),
        ("abc_class", "A"),
        ("abc_class_by_count", ""),
        ("value", "3300000.00"),
        ("value_share", "1.000000"),
        ("cumulative_share", "0.000000"),
        ("current_value_score", ""),
        ("potential_value_score", ""),
        ("value_grade", ""),
        ("key_account_kind", "economic"),
        ("rule_version", "1"),
        ("as_of", "2026-03-31"),
    ]
    assert [reason["code"] for reason in reasons] == ["size_large", "abc_a"]


def test_shares_are_null_when_nobody_has_value(cast: Cast):
    publish(night("2026-03-31"))
    row = exported(TIERS)["ACME"]
    assert (row["abc_class"], row["value"], row["value_share"], row["cumulative_share"]) == (
        "N",
        "0.00",
        "",
        "",
    )


@pytest.mark.parametrize("exporter", [INDICATORS, TIERS, CHURN])
def test_a_date_that_is_not_published_is_refused_before_anything_is_written(published, exporter):
    with pytest.raises(TableError, match="2026-03-31"):
        exporter.rows(ExportRequest(as_of=dt.date(2026, 3, 30)))
    Version.objects.update(status="failed", is_current=False)
    with pytest.raises(TableError, match="no night"):
        exporter.rows(ExportRequest())


def test_churn_is_written_as_promised(cast: Cast):
    day = dt.date(2026, 3, 31)
    for customer, months in ((cast.acme, (2, 3)), (cast.wolf, (3,))):
        for month in months:
            ship(customer, f"2026-{month:02}-31" if month == 3 else "2026-02-02", 100)
    ValueModel.objects.create(
        as_of=day, basis="revenue", weeks=60, customers=300, returned=250, holdout_actual=1,
        r=0.243, alpha=4.414, a=0.793, b=2.426, p=6.25, q=3.74, gamma=15.44,
    )  # fmt: skip
    check_rollups()
    version = night(day)
    write_rhythm(day, version, DEFAULT_RULES)
    write_customer_values(day, version, DEFAULT_RULES)
    publish(version)
    rows = exported(CHURN)
    assert list(rows["ACME"].items()) == [
        ("customer_code", "ACME"),
        ("model", "bgnbd"),
        ("p_alive", "0.753650"),
        ("expected_shipments_12m", rows["ACME"]["expected_shipments_12m"]),
        ("clv_12m", rows["ACME"]["clv_12m"]),
        ("risk_band", "active"),
        ("reasons", '[{"active":2,"code":"weeks","of":9,"since":0}]'),
    ]
    assert float(rows["ACME"]["expected_shipments_12m"]) > 1
    worth = 6.25 * (15.44 + 200) / (6.25 * 2 + 3.74 - 1)
    weeks = float(rows["ACME"]["expected_shipments_12m"])
    assert float(rows["ACME"]["clv_12m"]) == pytest.approx(weeks * worth / 1.1, rel=0.005)
    assert list(rows["WOLF"].values()) == ["WOLF", *[""] * 4, "new", '[{"code":"one_time"}]']
    assert set(exported(CHURN, user=cast.bruno)) == {"ACME"}


def test_an_older_published_date_is_read_as_it_was(published, cast: Cast):
    Version.objects.update(is_current=False)
    ship(cast.acme, "2026-04-01", 1)
    publish(night("2026-04-01"))
    assert exported(INDICATORS)["ACME"]["revenue_12m"] == "3300001.00"
    old = exported(INDICATORS, as_of=dt.date(2026, 3, 31))
    assert old["ACME"]["revenue_12m"] == "3300000.00"


@pytest.mark.parametrize("exporter", [INDICATORS, TIERS])
def test_everyone_reads_their_own_customers_in_code_and_in_the_database(published, cast, exporter):
    assert set(exported(exporter, user=cast.bruno)) == {"ACME", "BOLT"}
    with acting(user_id=cast.wendy.pk, actor="wendy"), as_role("crm_app"):
        assert set(exported(exporter)) == {"WOLF"}
        assert Figures.objects.count() == Classification.objects.count() == 1


def test_the_header_shows_the_current_night_and_says_why(published, cast: Cast):
    night("2026-04-30")  # not published
    found = header_figures(cast.sam, cast.acme)
    assert found is not None
    assert (found.as_of, found.rule_version) == (dt.date(2026, 3, 31), 1)
    assert (found.tier, found.abc_class, found.value_share) == ("large", "A", 1)
    assert found.indicators.revenue_growth == Decimal("0.375")
    assert found.explanation.startswith("large: revenue of 12 months ¥3,300,000.00 ≥")


def test_a_customer_made_after_the_night_has_no_figures_yet(published, cast: Cast):
    assert header_figures(cast.sam, make_customer("NEW", cast.east_outlet)) is None


def test_tiers_are_counted_over_the_readers_customers(published, cast: Cast):
    merge_into_customers(published)
    make_customer("NEW", cast.east_outlet)
    make_customer("OLD", cast.east_outlet, merged_into=cast.bolt)
    assert tier_counts(Customer.objects.visible_to(cast.bruno)) == {"large": 1, "small": 1, "": 1}
    assert tier_counts(Customer.objects.visible_to(cast.wendy)) == {"small": 1}
