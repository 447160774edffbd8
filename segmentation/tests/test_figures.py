"""Indicators (C0, B5) in the database: windows, punctuality, cost, receivables."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import PlanLine
from contracts.reports.collecting import collecting
from contracts.rules.measures import due_collection_rate, mean_days_late
from contracts.tests import worlds
from core.rules import add_months, window
from segmentation.tests.make import book, figures, night, owe, pay, ship
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "first", "before_first"),
    [
        ("2018-08-31", "2017-09-01", "2016-09-01"),
        ("2019-02-28", "2018-03-01", "2017-03-01"),
        ("2020-02-29", "2019-03-01", "2018-03-01"),
        ("2021-02-28", "2020-02-29", "2019-03-01"),
        ("2025-12-31", "2025-01-01", "2024-01-01"),
        ("2026-01-01", "2025-01-02", "2024-01-02"),
    ],
)
def test_twelve_months_end_with_the_day_and_touch_the_twelve_before(
    cast: Cast, day, first, before_first
):
    one_day = dt.timedelta(days=1)
    for start, revenue in [(before_first, 10), (first, 1000)]:
        begins = dt.date.fromisoformat(start)
        ship(cast.acme, str(begins), revenue)
        ship(cast.acme, str(begins - one_day), revenue * 2)
    ship(cast.acme, day, 100_000)
    ship(cast.acme, str(dt.date.fromisoformat(day) + one_day), 7_000_000)
    found = figures(night(day))["ACME"]
    assert (found.shipments_12m, found.revenue_12m) == (2, Decimal(101_000))
    assert found.revenue_prev_12m == Decimal(2010)
    assert found.revenue_growth == (Decimal(101_000) - 2010) / 2010


def test_the_business_date_is_that_of_shanghai(cast: Cast):
    ship(cast.acme, "2026-03-31T15:59:59+00:00", 1)
    ship(cast.acme, "2026-03-31T16:00:00+00:00", 2)
    assert figures(night("2026-03-31"))["ACME"].revenue_12m == 1
    assert figures(night("2026-04-01"))["ACME"].revenue_12m == 3


def test_cancelled_waybills_count_nowhere(cast: Cast):
    ship(cast.acme, "2026-03-01", 5, status="cancelled", exception="loss")
    found = figures(night("2026-03-31"))["ACME"]
    assert (found.shipments_12m, found.revenue_12m, found.last_accepted_on) == (0, 0, None)


def test_a_parcel_delivered_on_the_promised_day_is_on_time_whatever_the_hour(cast: Cast):
    promised = {"promised_at": "2026-03-10T00:00+08:00", "status": "delivered"}
    ship(cast.acme, "2026-03-08", delivered_at="2026-03-10T23:59+08:00", **promised)
    ship(cast.acme, "2026-03-08", delivered_at="2026-03-11T00:01+08:00", **promised)
    ship(cast.acme, "2026-03-08", delivered_at="2026-03-09T10:00+08:00", status="delivered")
    ship(cast.acme, "2026-03-08", delivered_at="2026-04-01T10:00+08:00", **promised)
    ship(cast.acme, "2026-03-08", **promised)
    found = figures(night("2026-03-31"))["ACME"]
    assert (found.promised, found.on_time, found.on_time_rate) == (2, 1, Decimal("0.5"))
    assert figures(night("2026-04-01"))["ACME"].promised == 3


def test_exceptions_are_counted_among_all_waybills(cast: Cast):
    for exception in ["damage", "", "", "delay"]:
        ship(cast.acme, "2026-03-08", exception=exception)
    assert figures(night("2026-03-31"))["ACME"].exception_rate == Decimal("0.5")


def test_the_margin_is_null_while_a_cost_is_unknown(cast: Cast):
    ship(cast.acme, "2026-03-08", 100, cost=60)
    ship(cast.bolt, "2026-03-08", 100, cost=60)
    ship(cast.bolt, "2026-03-09", 10)
    found = figures(night("2026-03-31"))
    assert (found["ACME"].cost_12m, found["ACME"].margin_12m) == (60, 40)
    assert (found["BOLT"].cost_12m, found["BOLT"].margin_12m) == (None, None)


def test_the_last_waybill_is_found_however_old(cast: Cast):
    ship(cast.acme, "2021-05-06")
    found = figures(night("2026-03-31"))["ACME"]
    assert (found.shipments_12m, found.last_accepted_on) == (0, dt.date(2021, 5, 6))


def test_other_currencies_are_not_summed_into_the_companys(cast: Cast):
    ship(cast.acme, "2026-03-08", 100)
    ship(cast.acme, "2026-03-08", 50, currency="USD")
    found = figures(night("2026-03-31"))["ACME"]
    assert (found.shipments_12m, found.revenue_12m) == (2, 100)


def test_every_unmerged_customer_has_a_row_with_zeros_and_nulls(cast: Cast):
    make_customer("OLD", cast.east_outlet, merged_into=cast.bolt)
    found = figures(night("2026-03-31"))
    assert set(found) == {"ACME", "BOLT", "WOLF"}
    row = found["ACME"]
    assert (row.shipments_12m, row.revenue_12m, row.cost_12m, row.margin_12m) == (0, 0, 0, 0)
    assert row.revenue_prev_12m == 0
    rates = (row.revenue_growth, row.on_time_rate, row.exception_rate)
    assert (*rates, row.collection_rate, row.mean_days_late, row.last_accepted_on) == (None,) * 6


def test_the_due_collection_rate_counts_what_fell_due_and_the_opening_overdue(cast: Cast):
    fell_due = owe(cast.acme, 100, "2025-12-01", "2026-01-01")
    pay(fell_due, 60, "2025-12-20")
    overdue = owe(cast.acme, 200, "2025-01-01", "2025-02-01")
    pay(overdue, 50, "2025-03-01")
    pay(overdue, 30, "2025-06-01")
    pay(overdue, 20, "2026-04-01")  # after the day
    owe(cast.acme, 999, "2026-03-01", "2026-04-01")  # not due yet
    owe(cast.acme, 999, "2026-04-01", "2026-04-01")  # not issued yet
    found = figures(night("2026-03-31"))["ACME"]
    assert (found.due, found.collected) == (250, 90)
    assert found.collection_rate == Decimal("0.36")


def test_what_is_given_up_was_due_and_of_what_is_paid_back_what_nothing_pays_for(cast: Cast):
    """The same figure as on the page of the measures, and as the rule has it."""
    owe(cast.acme, 9000, "2025-12-01", "2026-01-01", state="void")
    for amount, issued, due, gone in (
        (100, "2025-12-01", "2026-01-01", "2026-03-31"),  # was due, never came
        (200, "2025-12-01", "2026-01-01", "2026-04-01"),  # is given up only after the day
        (400, "2024-01-01", "2024-03-01", "2025-06-01"),  # was overdue when the year began
        (800, "2024-01-01", "2024-03-01", "2025-03-31"),  # was given up before it began
        (1600, "2025-12-01", "2026-03-01", "2026-02-20"),  # before it fell due: 60 came of it
        (3200, "2025-03-01", "2025-05-01", "2025-03-20"),  # before it fell due and before the year
    ):
        line = owe(cast.acme, amount, issued, due)
        if amount == 1600:
            pay(line, 60, "2026-02-01")
        PlanLine.objects.filter(pk=line.pk).update(state="written_off", written_off_on=gone)
    pay(owe(cast.acme, 5, "2026-02-01", "2026-02-01", is_refund=True), 5, "2026-02-01")
    bounced = pay(owe(cast.acme, 7, "2026-02-01", "2026-02-01", is_refund=True), 7, "2026-02-01")
    book(bounced, bounced.allocations.get().line, -4, "2026-03-01")
    found = figures(night("2026-03-31"))["ACME"]
    assert (found.due, found.collected, found.mean_days_late) == (764, 60, None)
    assert found.collection_rate == due_collection_rate(
        worlds.ledger_lines(cast.acme, "CNY"), window(dt.date(2026, 3, 31))
    )
    year = [dt.date(2025, 4, 1), dt.date(2026, 4, 1)]
    period = collecting(None, year)["CNY"][None].period(1, 1)
    assert (period.due, period.collected) == (found.due, found.collected)
    by_month = [add_months(year[0], number) for number in range(13)]
    assert collecting(None, by_month)["CNY"][None].period(12, 12) == period


def test_days_late_are_weighted_by_amount_and_early_counts_as_zero(cast: Cast):
    pay(owe(cast.acme, 100, "2025-12-01", "2026-01-01"), 100, "2026-01-11")
    pay(owe(cast.acme, 300, "2025-12-01", "2026-01-01"), 300, "2025-12-05")
    extended = owe(cast.acme, 100, "2025-12-01", "2026-03-01", original_due_on="2026-01-01")
    pay(extended, 40, "2026-01-02")
    pay(extended, 60, "2026-02-01")
    pay(owe(cast.acme, 100, "2025-12-01", "2026-01-01"), 99, "2026-02-11")  # not paid up
    pay(owe(cast.acme, 100, "2024-12-01", "2025-01-01"), 100, "2025-03-31")  # before the window
    found = figures(night("2026-03-31"))["ACME"]
    assert found.mean_days_late == Decimal(100 * 10 + 300 * 0 + 100 * 31) / 500


def test_a_corrected_payment_is_as_late_as_its_correction_says(cast: Cast):
    line = owe(cast.acme, 100, "2025-12-01", "2026-01-01")
    receipt = pay(line, 100, "2026-02-01")
    book(receipt, line, -100, "2026-02-01")
    book(receipt, line, 100, "2026-01-03")
    assert figures(night("2026-03-31"))["ACME"].mean_days_late == 2


def test_a_payment_taken_back_opens_the_line_again(cast: Cast):
    line = owe(cast.acme, 100, "2025-12-01", "2026-01-01")
    receipt = pay(line, 100, "2026-01-05")
    book(receipt, line, -100, "2026-03-01")
    before, after = figures(night("2026-02-28"))["ACME"], figures(night("2026-03-31"))["ACME"]
    assert (before.collection_rate, before.mean_days_late) == (1, 4)
    assert (after.collection_rate, after.mean_days_late) == (0, None)


def test_receivables_are_told_in_one_currency_or_not_at_all(cast: Cast):
    for customer, currencies in [
        (cast.acme, "CNY USD"),
        (cast.bolt, "USD"),
        (cast.wolf, "USD EUR"),
    ]:
        for number, currency in enumerate(currencies.split(), start=1):
            line = owe(customer, 100, "2025-12-01", "2026-01-01", currency=currency)
            pay(line, number * 10, "2026-01-01")
    found = figures(night("2026-03-31"))
    assert found["ACME"].collection_rate == Decimal("0.1")
    assert found["BOLT"].collection_rate == Decimal("0.1")
    assert found["WOLF"].collection_rate is None


def test_a_day_computed_twice_gives_the_same_table(cast: Cast):
    ship(cast.acme, "2026-03-08", 100)
    pay(owe(cast.acme, 100, "2025-12-01", "2026-01-01"), 50, "2026-01-11")
    assert figures(night("2026-03-31")) == figures(night("2026-03-31"))


def test_without_customers_there_are_no_rows(db):
    assert figures(night("2026-03-31")) == {}


DAYS = st.integers(-30, 800).map(lambda days: dt.date(2024, 2, 1) + dt.timedelta(days=days))
CENTS = st.integers(1, 50_000).map(lambda cents: Decimal(cents) / 100)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=worlds.LINES, receipts=worlds.RECEIPTS, day=worlds.days(900))
def test_receivables_equal_the_plain_rule_on_random_books(cast: Cast, lines, receipts, day):
    owners = [cast.acme, cast.bolt]
    with transaction.atomic():
        worlds.post(
            owners,
            [(*line[:3], "CNY", *line[4:]) for line in lines],
            [(*receipt[:2], "CNY", *receipt[3:]) for receipt in receipts],
        )
        found = figures(night(day))
        for owner in owners:
            row, ledger = found[owner.code], worlds.ledger_lines(owner, "CNY")
            assert row.collection_rate == due_collection_rate(ledger, window(day))
            assert row.mean_days_late == mean_days_late(ledger, window(day))
        transaction.set_rollback(True)


WAYBILLS = st.lists(
    st.tuples(
        st.integers(0, 2),
        DAYS,
        CENTS,
        st.none() | CENTS,
        st.none() | st.integers(0, 60),  # promised after
        st.none() | st.integers(0, 60),  # delivered after
        st.sampled_from(["", "loss"]),
        st.booleans(),  # cancelled
    ),
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(waybills=WAYBILLS, day=DAYS)
def test_shipments_equal_a_plain_count_on_random_books(cast: Cast, waybills, day):
    owners = [cast.acme, cast.bolt, cast.wolf]

    def moment(start, days):
        return None if days is None else f"{start + dt.timedelta(days=days)}T18:00+08:00"

    with transaction.atomic():
        for whose, accepted, revenue, cost, promise, delivery, exception, cancelled in waybills:
            ship(
                owners[whose],
                str(accepted),
                revenue,
                cost=cost,
                promised_at=moment(accepted, promise),
                delivered_at=moment(accepted, delivery),
                exception=exception,
                status="cancelled" if cancelled else "accepted",
            )
        found = figures(night(day))
        transaction.set_rollback(True)
    start = add_months(day, -12)
    for place, owner in enumerate(owners):
        mine = [w for w in waybills if w[0] == place and not w[7] and w[1] <= day]
        now = [w for w in mine if w[1] > start]
        before = [w for w in mine if add_months(start, -12) < w[1] <= start]
        promised = [
            (w[4], w[5])
            for w in now
            if None not in w[4:6] and w[1] + dt.timedelta(days=w[5]) <= day
        ]
        row = found[owner.code]
        assert row.shipments_12m == len(now)
        assert row.revenue_12m == sum(w[2] for w in now)
        known = None if any(w[3] is None for w in now) else sum(w[3] for w in now)
        assert row.cost_12m == known
        assert row.margin_12m == (None if known is None else row.revenue_12m - known)
        assert row.revenue_prev_12m == sum(w[2] for w in before)
        assert (row.promised, row.on_time) == (len(promised), sum(d <= p for p, d in promised))
        assert row.exceptions == sum(w[6] != "" for w in now)
        assert row.last_accepted_on == max((w[1] for w in mine), default=None)
