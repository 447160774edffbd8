"""Recency, frequency, money of a night: cuts of the quarter, and what the file says."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from core.models import Version
from core.versions import open_partitions, seal_partitions
from segmentation.jobs import (
    classify,
    freeze_rfm_cuts,
    write_company_totals,
    write_figures,
    write_rhythm,
    write_scores,
)
from segmentation.models import Figures, RfmCuts
from segmentation.reports.rfm import rfm_of
from segmentation.rules.rfm import cuts
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import publish, ship
from shipments.jobs import check_rollups
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
WEEKS = (1, 1, 1, 1, 2, 2, 3, 5, 9)


def night(day: dt.date) -> int:
    check_rollups(everyone=True)
    version = Version.objects.create(business_date=day, rule_version=1).pk
    open_partitions(version)
    write_figures(day, version)
    write_company_totals(version)
    write_rhythm(day, version, DEFAULT_RULES)
    write_scores(day, version, DEFAULT_RULES)
    classify(day, version, DEFAULT_RULES)
    freeze_rfm_cuts(day, version)
    seal_partitions(version)
    return version


@pytest.fixture
def shippers(cast: Cast) -> None:
    """Nine who shipped for 10 in each of so many weeks, the last three days ago."""
    for number, weeks in enumerate(WEEKS):
        customer = make_customer(f"W{number}", cast.east_outlet, cast.alice)
        for week in range(weeks):
            ship(customer, str(DAY - dt.timedelta(3 + 7 * week)), 10)


def test_the_first_night_of_a_quarter_makes_its_cuts_by_the_rule(shippers):
    version = night(DAY)
    found = RfmCuts.objects.get()
    assert (found.quarter, found.as_of, found.customers) == (dt.date(2026, 1, 1), DAY, 9)
    revenues = list(Figures.objects.filter(version=version).values_list("revenue_12m", flat=True))
    assert tuple(found.frequency) == cuts(WEEKS) == (1, 1, 2, 5)
    assert tuple(found.money) == cuts(revenues) == (10, 10, 20, 50)


def test_they_stay_until_the_next_quarter(cast: Cast, shippers):
    night(DAY - dt.timedelta(1))
    ship(cast.acme, str(DAY), 1000)
    night(DAY)
    assert RfmCuts.objects.get().as_of == DAY - dt.timedelta(1)
    night(DAY + dt.timedelta(1))
    assert list(RfmCuts.objects.order_by("quarter").values_list("customers", flat=True)) == [9, 10]


def test_where_nobody_ships_nothing_is_cut(cast: Cast):
    night(DAY)
    assert not RfmCuts.objects.exists()
    assert rfm_of(DAY, DAY, 1, Decimal(1)) is None


def test_the_file_says_how_lately_how_often_and_for_how_much(cast: Cast, client: Client, shippers):
    ship(cast.acme, str(DAY - dt.timedelta(20)), 40)
    publish(night(DAY))
    client.force_login(cast.alice)
    html = client.get(f"/customers/{cast.acme.pk}/value/").content.decode()
    words = " ".join(html.split())
    assert '<b class="num">3 · 1 · 4</b>' in words
    assert "Last shipped 20 days ago, in 1 of 52 weeks, for ¥40.00 in 12 months." in words
