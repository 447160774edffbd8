"""Customer value of all customers by night, and who stayed: equal to the rules (C8, C13)."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import as_role
from core.context import acting
from customers.models import Customer
from segmentation.models import CustomerValue, Figures, RetentionSum, Rhythm, ValueModel
from segmentation.reports import retention_of
from segmentation.rules import customer_value as rules_of
from segmentation.rules.customer_value import Retention, ValueRules
from segmentation.rules.lifetimes import (
    Lifetimes,
    expected_periods,
    expected_value,
    p_alive,
)
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import publish, ship
from segmentation.tests.make_values import DAY, LIFETIMES, SPENDING, accepted, computed, contract
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


WORLD = st.lists(
    st.tuples(
        st.integers(0, 900),  # days before the night of the first shipment
        st.sampled_from([1, 3, 7, 8, 30, 200]),  # every so many days
        st.integers(1, 12),  # so often
        st.booleans(),  # by contract
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(world=WORLD)
@example(world=[(20, 1, 1, False), (800, 30, 12, True), (400, 7, 12, False)])
def test_the_night_tells_as_the_rules(cast: Cast, world):
    ValueModel.objects.all().delete()
    accepted()
    drawn: dict[str, list[dt.date]] = {}
    for since, step, often, by_contract in world:
        first = DAY - dt.timedelta(since)
        days = [first + dt.timedelta(n * step) for n in range(often)]
        customer = make_customer(f"N{Customer.objects.count()}", cast.east_outlet)
        drawn[customer.code] = [each for each in days if each <= DAY]
        for each in drawn[customer.code]:
            ship(customer, str(each), 700)
        if by_contract:
            contract(customer)
    shown = Shown(computed())
    for code, days in drawn.items():
        row = shown.rows[code]
        weeks = sorted({(DAY - each).days // 7 for each in days}, reverse=True)
        history = (len(weeks) - 1, weeks[0] - weeks[-1], weeks[0])
        assert (row.repeats, row.recency, row.age) == history, code
        assert row.sent_before == any(was_before(each) for each in days)
        assert row.risk_band == shown.rhythms[row.customer_id].state
        if row.has_contract:
            shown.is_by_contract(row)
        elif not row.repeats:
            assert (row.model, row.p_alive, row.clv_12m) == ("", None, None)
            assert row.reasons == [{"code": "one_time"}]
        else:
            shown.is_foretold(row, days)


def was_before(day: dt.date) -> bool:
    return dt.date(2024, 3, 31) < day <= dt.date(2025, 3, 31)


def weeks_of_year(days: list[dt.date]) -> int:
    return len({(DAY - each).days // 7 for each in days if each > dt.date(2025, 3, 31)})


class Shown:
    """A night beside what the rules say of it."""

    def __init__(self, rows: dict[str, CustomerValue]) -> None:
        version = next(iter(rows.values())).version_id
        self.rows = rows
        self.figures = {f.customer_id: f for f in Figures.objects.filter(version=version)}
        self.rhythms = {r.customer_id: r for r in Rhythm.objects.filter(version=version)}
        then = [row for row in rows.values() if row.sent_before]
        stayed = [row for row in then if self.figures[row.customer_id].shipments_12m > 0]
        self.kept = Retention(then=len(then), stayed=len(stayed))

    def is_by_contract(self, row: CustomerValue) -> None:
        own, rhythm = self.figures[row.customer_id], self.rhythms[row.customer_id]
        share = rules_of.retention_used(Retention(), self.kept, ValueRules())
        if share is None:
            assert (row.model, row.clv_12m) == ("", None)
            assert row.reasons == [{"code": "contract_unknown"}]
            return
        alive = rules_of.alive_in_silence(
            rhythm.silent_days, rhythm.usual_days, float(share), in_season=rhythm.state != "paused"
        )
        assert float(row.p_alive) == pytest.approx(alive, abs=1e-6)
        year, whole = rules_of.contract_value(
            own.revenue_12m, Decimal(alive), share, ValueRules().discount
        )
        assert float(row.clv_12m) == pytest.approx(float(year), abs=0.01)
        assert float(row.lifetime_value) == pytest.approx(float(whole), abs=0.01)
        shipments = own.shipments_12m * alive * float(share)
        assert float(row.expected_shipments_12m) == pytest.approx(shipments, abs=0.01)

    def is_foretold(self, row: CustomerValue, days: list[dt.date]) -> None:
        own, weeks = self.figures[row.customer_id], weeks_of_year(days)
        history = [np.array([each]) for each in (row.repeats, row.recency, row.age)]
        assert row.model == "bgnbd"
        assert float(row.p_alive) == pytest.approx(p_alive(LIFETIMES, *history)[0], abs=1e-6)
        told = expected_periods(LIFETIMES, *history, 52)[0]
        worth = told * expected_value(SPENDING, weeks, float(own.revenue_12m)) / 1.1
        assert float(row.clv_12m) == pytest.approx(worth, abs=0.01)
        if weeks:
            shipments = told * own.shipments_12m / weeks
            assert float(row.expected_shipments_12m) == pytest.approx(shipments, abs=0.01)


@pytest.mark.parametrize(
    "model",
    [
        LIFETIMES,
        Lifetimes(3.17, 6.07, 20.0, 10_000.0, 0.0),  # all leave alike
        Lifetimes(3.0, 6.0, 0.3, 1.2, 0.0),  # the plain series
        Lifetimes(0.5, 5.0, 1.0, 2.0, 0.0),
        Lifetimes(800.0, 900.0, 99.0, 2.0, 0.0),
    ],
)
def test_the_function_of_the_database_is_the_rule(model):
    histories = [(1, 0, 155), (1, 1, 1), (3, 40, 41), (150, 150, 155), (80, 90, 155), (12, 12, 12)]
    columns = [np.array(each, dtype=float) for each in zip(*histories, strict=True)]
    alive, weeks = p_alive(model, *columns), expected_periods(model, *columns, 52)
    with connection.cursor() as cursor:
        for history, told in zip(histories, zip(alive, weeks, strict=True), strict=True):
            cursor.execute(
                "SELECT p_alive, weeks"
                " FROM segmentation_expected_weeks(%s, %s, %s, 52, %s, %s, %s, %s)",
                [*history, model.r, model.alpha, model.a, model.b],
            )
            assert cursor.fetchone() == pytest.approx(told, rel=1e-8, abs=1e-12), history
        cursor.execute("SELECT * FROM segmentation_expected_weeks(0, 0, 9, 52, 1, 1, 1, 1)")
        assert cursor.fetchone() == (None, None)


def test_a_month_and_a_year_end_within_a_week(cast: Cast):
    """Monday to Sunday over New Year is one active week, not two; the 13th month counts by days."""
    for each in ("2025-12-30", "2025-12-31", "2026-01-01", "2026-01-04", "2026-01-06"):
        ship(cast.acme, each)
    ship(cast.bolt, "2025-03-31")  # the last day of the year before
    ship(cast.wolf, "2025-04-01")
    rows = computed(dt.date(2026, 3, 31))
    assert (rows["ACME"].repeats, rows["ACME"].recency, rows["ACME"].age) == (1, 1, 13)
    assert [rows[code].sent_before for code in ("ACME", "BOLT", "WOLF")] == [False, True, False]


def test_who_is_silent_for_a_year_ships_as_all_others_do(cast: Cast):
    accepted()
    for each in ("2024-06-03", "2024-06-10", "2024-06-17"):
        ship(cast.acme, each)
    for each in ("2026-03-02", "2026-03-03", "2026-03-30"):  # three in two weeks
        ship(cast.bolt, each)
    row = computed()["ACME"]
    history = [np.array([each]) for each in (2, 2, 95)]
    assert (row.repeats, row.recency, row.age) == (2, 2, 95)
    told = expected_periods(LIFETIMES, *history, 52)[0]
    assert float(row.expected_shipments_12m) == pytest.approx(told * 1.5, abs=0.01)
    mean = SPENDING.p * SPENDING.gamma / (SPENDING.q - 1)
    assert float(row.clv_12m) == pytest.approx(told * mean / 1.1, abs=0.01)


def test_a_customer_without_a_model_or_long_gone_is_told_so(cast: Cast):
    ship(cast.acme, "2026-03-01")
    ship(cast.acme, "2026-03-20")
    ship(cast.bolt, "2022-03-01")
    rows = computed()
    assert rows["ACME"].reasons == [{"code": "no_model"}]
    assert rows["BOLT"].reasons == [{"code": "long_ago"}]
    assert {(row.model, row.p_alive, row.clv_12m) for row in rows.values()} == {("", None, None)}
    assert "WOLF" not in rows  # never shipped


def test_no_value_is_no_value_and_a_margin_may_be_unknown(cast: Cast):
    accepted()
    accepted(DAY - dt.timedelta(1), basis="margin")
    for customer, revenue in ((cast.acme, 0), (cast.bolt, 500)):
        ship(customer, "2026-02-02", revenue)
        ship(customer, "2026-03-02", revenue)
    rows = computed()
    assert (rows["ACME"].clv_12m, rows["ACME"].reasons[1]) == (None, {"code": "value_unknown"})
    assert rows["ACME"].p_alive == rows["BOLT"].p_alive > 0
    assert rows["BOLT"].clv_12m > 0
    margin = replace(DEFAULT_RULES, abc=replace(DEFAULT_RULES.abc, basis="margin"))
    assert {row.clv_12m for row in computed(rules=margin).values()} == {None}


@pytest.mark.parametrize(
    ("fields", "is_contract"),
    [
        ({}, True),
        ({"settlement": "prepaid"}, False),
        ({"stage": "draft"}, False),
        ({"stage": "suspended"}, False),
        ({"ends_on": DAY}, True),
        ({"ends_on": DAY - dt.timedelta(1)}, False),
        ({"starts_on": DAY + dt.timedelta(1)}, False),
    ],
)
def test_a_contract_in_force_with_monthly_settlement(cast: Cast, fields, is_contract):
    ship(cast.acme, "2026-03-02")
    contract(cast.acme, **fields)
    assert computed()["ACME"].has_contract is is_contract


def test_the_contract_that_began_last_says_how_it_settles(cast: Cast):
    ship(cast.acme, "2026-03-02")
    contract(cast.acme)
    contract(cast.acme, settlement="cash", starts_on=dt.date(2026, 1, 1))
    assert computed()["ACME"].has_contract is False


def test_retention_by_night_is_that_of_the_rule_for_whoever_asks(cast: Cast):
    for customer, then, now in ((cast.acme, 100, 120), (cast.bolt, 50, None), (cast.wolf, 50, 40)):
        ship(customer, "2025-03-01", then)
        if now is not None:
            ship(customer, "2026-03-01", now)
    ship(make_customer("NEW", cast.east_outlet), "2026-03-01", 999)
    row = next(iter(computed().values()))
    publish(row.version_id)
    found = retention_of(cast.greta, row.version)
    expected = rules_of.retention([
        (Decimal(100), Decimal(120)), (Decimal(50), None), (Decimal(50), Decimal(40)),
    ])  # fmt: skip
    assert found == expected
    assert (found.net, found.gross) == (Decimal("0.8"), Decimal("0.7"))
    assert retention_of(cast.alice, row.version).customers == 1  # ACME
    assert retention_of(cast.bruno, row.version).then == 2
    with acting(user_id=cast.wendy.pk, actor="wendy"), as_role("crm_app"):
        assert [each.then_customers for each in RetentionSum.objects.all()] == [1]
        assert CustomerValue.objects.count() == 1


def test_nobody_a_year_ago_is_no_retention(cast: Cast):
    ship(cast.acme, "2026-03-01")
    row = next(iter(computed().values()))
    assert retention_of(cast.greta, row.version) is None
