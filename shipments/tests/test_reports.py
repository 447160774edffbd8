"""What a customer's page says of shipments."""

import datetime as dt
from decimal import Decimal

import pytest

from shipments.reports import MonthRow, YearFigures, last_waybills, monthly_series, year_figures
from shipments.tests.make import load, waybill
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(cast: Cast) -> Cast:
    """Four waybills of ACME, one of BOLT."""
    late = {"promised_at": "2025-08-03", "delivered_at": "2025-08-04", "exception": "delay"}
    load(
        waybill("W1", cast.acme, "2024-06-15 10:00", revenue=Decimal("8.00")),
        waybill("W2", cast.acme, "2025-06-15 10:00", cost=Decimal("4.00")),
        waybill("W3", cast.acme, "2025-08-01 10:00", cost=Decimal("15.00"), **late),
        waybill("W4", cast.acme, "2025-08-02 10:00", currency="USD"),
        waybill("W5", cast.bolt, "2025-08-02 10:00"),
    )
    return cast


def test_months_without_shipments_are_shown_as_zero(year: Cast):
    june, july, august = monthly_series(year.acme, dt.date(2025, 8, 31), currency="CNY", months=3)
    assert (june.first_day, june.shipments, june.revenue, june.margin) == (
        dt.date(2025, 6, 1),
        1,
        10,
        6,
    )
    assert july == MonthRow(dt.date(2025, 7, 1))
    assert (august.shipments, august.revenue, august.margin, august.exceptions) == (2, 10, -5, 1)
    assert (august.on_time_rate, july.on_time_rate) == (0, None)


def test_months_cross_the_turn_of_the_year(year: Cast):
    series = monthly_series(year.acme, dt.date(2025, 2, 1), currency="CNY", months=9)
    assert [row.shipments for row in series] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert (series[0].first_day, series[-1].first_day) == (dt.date(2024, 6, 1), dt.date(2025, 2, 1))


def test_figures_of_the_year(year: Cast):
    found = year_figures(year.acme, dt.date(2025, 8, 31), currency="CNY")
    assert (found.shipments, found.revenue, found.cost, found.margin) == (3, 20, 19, 1)
    assert (found.shipments_prev, found.revenue_prev, found.growth) == (1, 8, Decimal("1.5"))
    assert (found.on_time_rate, found.last_accepted_on) == (0, dt.date(2025, 8, 2))
    assert found.exception_rate == Decimal(1) / 3


def test_unknown_cost_makes_the_margin_unknown(year: Cast):
    found = year_figures(year.bolt, dt.date(2025, 8, 31), currency="CNY")
    assert (found.revenue, found.cost, found.margin, found.growth) == (10, 0, None, None)


def test_a_customer_without_shipments_has_zeros_and_no_rates(year: Cast):
    found = year_figures(year.wolf, dt.date(2025, 8, 31), currency="CNY")
    assert found == YearFigures()
    assert (found.exception_rate, found.on_time_rate, found.growth) == (None, None, None)


def test_the_latest_waybills_come_first(year: Cast):
    assert [w.waybill_no for w in last_waybills(year.acme, 2)] == ["W4", "W3"]
