"""What serving costs: charges by free time and rate, effort by the measure of the tier, lanes."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer
from engagement.models import Note
from segmentation.jobs import write_serving
from segmentation.models import LossLane, Serving
from segmentation.rules.serving import (
    ServingRules,
    charges,
    cost_to_serve,
    effort,
    over,
    seasonality,
)
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night, ship
from shipments.models import Waybill
from tests.cast import Cast, make_customer

DAY = dt.date(2026, 8, 31)
RULES = ServingRules()


def test_charges_are_what_exceeds_the_free_time_of_each_shipment():
    minutes = over(45, 30) + over(10, 30)
    found = charges(minutes, over(5, 3), RULES)
    assert (found.waiting, found.storage, found.borne) == (15, 30, 15)  # storage is billed
    assert charges(minutes, 2, replace(RULES, waiting_billed=True)).borne == 0
    assert cost_to_serve(Decimal(100), found.borne, 2, RULES) == 100 + 15 + 120
    assert cost_to_serve(None, found.borne, 2, RULES) is None


def test_effort_that_does_not_fit_the_margin():
    tier = (20, Decimal(10_000))  # two touches a thousand
    assert effort(8, Decimal(2_000), tier, is_small=False) == "over"
    assert effort(7, Decimal(2_000), tier, is_small=False) == ""
    assert effort(4, Decimal(-1), tier, is_small=True) == "over"
    assert effort(2, Decimal(2_000), tier, is_small=False) == "under"
    assert effort(2, Decimal(2_000), tier, is_small=True) == ""
    assert effort(9, None, tier, is_small=False) == ""


def test_a_season_is_each_month_against_the_mean_of_whole_years():
    year = dict.fromkeys(range(24_000, 24_012), 10) | {24_000: 20, 24_011: 0}
    found = seasonality(year)
    assert (found[1], found[2], found[12]) == (2, 1, 0)
    assert seasonality(dict.fromkeys(range(24_000, 24_011), 10)) == {}
    assert seasonality(dict.fromkeys(range(24_000, 24_012), 0)) == {}


SERVED = st.tuples(
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 6)), min_size=1, max_size=3),
    st.integers(0, 9),  # touches
    st.sampled_from([None, 40, 300, 900]),  # cost of each shipment that brings 400
    st.sampled_from([1, 900]),  # how many times that money: small or medium
)


@pytest.mark.django_db
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=st.lists(SERVED, min_size=1, max_size=4))
def test_the_night_counts_as_the_rule(cast: Cast, world):
    drawn = {}
    for shipments, touches, cost, times in world:
        customer = make_customer(f"S{Customer.objects.count()}", cast.east_outlet)
        for minutes, days in shipments:
            ship(customer, "2026-03-10", 400 * times, cost=cost and cost * times)
            last = Waybill.objects.filter(customer=customer, waiting_minutes=None)
            last.update(waiting_minutes=minutes, storage_days=days)
        Note.objects.bulk_create(
            Note(
                note_no=f"N{customer.pk}-{n}", customer=customer, kind="visit",
                written_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC),
            )
            for n in range(touches)
        )  # fmt: skip
        margin = None if cost is None else (400 - cost) * times * len(shipments)
        drawn[customer.pk] = (shipments, touches, margin, 400 * times * len(shipments) < 250_000)
    version = night(DAY)
    write_serving(DAY, version, DEFAULT_RULES)
    rows = {row.customer_id: row for row in Serving.objects.filter(version=version)}
    for pk, (shipments, touches, margin, is_small) in drawn.items():
        minutes, days = (sum(part) for part in zip(*shipments, strict=True))
        if not (minutes or days or touches) and is_small:
            assert pk not in rows
            continue
        found = charges(
            sum(over(m, RULES.free_minutes) for m, _d in shipments),
            sum(over(d, RULES.free_days) for _m, d in shipments),
            RULES,
        )
        row = rows[pk]
        same = [
            each for each in drawn.values() if each[3] == is_small and each[2] is not None
        ]  # fmt: skip
        of_tier = (sum(each[1] for each in same), Decimal(sum(each[2] for each in same)))
        known = None if margin is None else Decimal(margin)
        assert (row.waiting_minutes, row.storage_days, row.touches) == (minutes, days, touches)
        assert (row.waiting_charge, row.storage_charge, row.borne) == (
            found.waiting, found.storage, found.borne,
        )  # fmt: skip
        cost = None if known is None else row.revenue - known
        assert row.cost_to_serve == cost_to_serve(cost, found.borne, touches, RULES)
        assert row.effort == effort(touches, known, of_tier, is_small=is_small)
    for customer in Customer.objects.filter(pk__in=drawn):  # the next world stands alone
        Waybill.objects.filter(customer=customer).update(status="cancelled")
        Note.objects.filter(customer=customer).delete()


@pytest.mark.django_db
def test_lanes_that_lose_by_what_is_known(cast: Cast):
    for number in range(12):
        ship(cast.acme, "2026-08-10", 10, cost=12 if number else None)
        ship(cast.bolt, "2026-08-10", 10, cost=9)
    for _number in range(11):
        ship(cast.wolf, "2026-08-10", 10, cost=99)  # too few
    Waybill.objects.update(origin="上海", destination="拉萨")
    version = night(DAY)
    assert write_serving(DAY, version, DEFAULT_RULES) == 1
    lane = LossLane.objects.get(version=version)
    assert (lane.customer, lane.shipments, lane.uncosted) == (cast.acme, 12, 1)
    assert (lane.revenue, lane.cost) == (120, 132)
