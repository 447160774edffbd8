"""Customer value of all customers by night: equal to the rules; the monthly model and its fate."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import as_role
from contracts.models import Contract
from core.context import acting
from customers.models import Customer
from segmentation import value_models
from segmentation.jobs import (
    fit_value_model,
    write_customer_values,
    write_retention,
    write_rhythm,
)
from segmentation.models import CustomerValue, Figures, RetentionSum, Rhythm, ValueModel
from segmentation.reports import latest_model, retention_of, told_off
from segmentation.rules import customer_value as rules_of
from segmentation.rules.customer_value import Retention, ValueRules
from segmentation.rules.lifetimes import (
    FitError,
    Lifetimes,
    Spending,
    expected_periods,
    expected_value,
    p_alive,
)
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night, publish, ship
from shipments.jobs import check_rollups
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
FEW = replace(DEFAULT_RULES, value=ValueRules(least_customers=40, least_weeks=26))
LIFETIMES = Lifetimes(0.9, 5.5, 0.7, 3.1, -1.0)
SPENDING = Spending(3.2, 4.1, 900.0, -1.0)
_MONTH = (
    "INSERT INTO shipments_customermonth (customer_id, month, currency, shipments, pieces,"
    " weight_kg, revenue, cost, uncosted, promised, on_time, exceptions, last_accepted_on,"
    " last_in_doubt, folded, shipping_days) VALUES (%s, shipments_month(%s), 'CNY', %s, 1, 1, %s,"
    " 0, 1, 0, 0, 0, %s, false, true, %s)"
)


def accepted(day: dt.date = DAY, **fields: object) -> ValueModel:
    """A model in use from the day on."""
    facts = {
        "weeks": 100, "customers": 300, "returned": 250, "basis": "revenue", "holdout_weeks": 13,
        "holdout_expected": 99.0, "holdout_actual": 100,
        **{name: getattr(LIFETIMES, name) for name in ("r", "alpha", "a", "b")},
        **{name: getattr(SPENDING, name) for name in ("p", "q", "gamma")},
    }  # fmt: skip
    return ValueModel.objects.create(as_of=day, **{**facts, **fields})


def contract(customer: Customer, **fields: object) -> Contract:
    facts = {
        "contract_no": f"K-{Contract.objects.count()}", "customer": customer,
        "settlement": "monthly", "starts_on": dt.date(2025, 1, 1), "stage": "signed",
    }  # fmt: skip
    return Contract.objects.create(**{**facts, **fields})


def computed(day: dt.date = DAY, rules=DEFAULT_RULES) -> dict[str, CustomerValue]:
    """The values of a night by customer code."""
    check_rollups()
    version = night(day, rules)
    write_rhythm(day, version, rules)
    write_customer_values(day, version, rules)
    write_retention(version)
    rows = CustomerValue.objects.filter(version=version).select_related("customer", "version")
    return {row.customer.code: row for row in rows}


def months_of(customer: Customer, days: Iterable[dt.date], revenue: int = 100) -> None:
    """The recounted months of a customer that ships on these days, without the waybills."""
    months: dict[dt.date, list[dt.date]] = {}
    for each in days:
        months.setdefault(each.replace(day=1), []).append(each)
    with connection.cursor() as cursor:
        for first, own in months.items():
            bits = sum(1 << (each.day - 1) for each in set(own))
            values = (customer.pk, first, len(own), revenue * len(own), max(own), bits)
            cursor.execute(_MONTH, values)


def a_world(
    cast: Cast, size: int, day: dt.date = DAY, weeks: int = 60, *, fades: bool = False
) -> None:
    """Customers that come and go as BG/NBD has it; with `fades` all stop before the hold-out."""
    random = np.random.default_rng(5)
    for number in range(size):
        customer = make_customer(f"V{number}", cast.east_outlet, cast.alice)
        rate, leaves = random.beta(2, 3), random.beta(1, 30)
        active = []
        for week in range(int(random.integers(30, 60)), -1, -1):
            if fades and week < 13:
                break
            if not active or random.random() < rate:
                active.append(day - dt.timedelta(7 * week + int(random.integers(0, 7))))
                if random.random() < leaves:
                    break
        months_of(customer, active, revenue=int(random.gamma(3, 80)) + 1)


# --- the night equals the rules ---

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


# --- the monthly model ---


def fitted(day: dt.date = DAY, rules=FEW) -> ValueModel | None:
    check_rollups()
    version = night(day, rules)
    made = fit_value_model(day, version, rules)
    return ValueModel.objects.get(as_of=day) if made else None


def test_a_model_is_fitted_judged_and_used(cast: Cast):
    a_world(cast, 120)
    model = fitted()
    assert (model.rejection, model.weeks, model.customers) == ("", 60, 120)
    assert 100 < model.returned <= 120
    assert model.holdout_weeks == 13
    assert abs(told_off(model)) < Decimal("0.20")
    assert min(model.r, model.alpha, model.a, model.b, model.p, model.q, model.gamma) > 0
    assert ValueModel.objects.used_on(DAY, "revenue") == model
    assert ValueModel.objects.used_on(DAY, "margin") is None
    assert ValueModel.objects.used_on(DAY - dt.timedelta(1), "revenue") is None
    rows = computed(rules=FEW)
    told = [row for row in rows.values() if row.model == "bgnbd"]
    assert len(told) == model.returned
    assert all(0 <= row.p_alive < 1 and row.clv_12m >= 0 for row in told)


def test_the_same_night_again_is_the_same(cast: Cast):
    a_world(cast, 60)
    first, again = fitted(), fitted()
    assert first.pk == again.pk
    numbers = ("r", "alpha", "a", "b", "log_likelihood", "p", "q", "gamma", "holdout_expected")
    assert [getattr(first, name) for name in numbers] == [getattr(again, name) for name in numbers]
    assert fitted(DAY + dt.timedelta(1)) is not None  # a new month
    assert fitted(DAY + dt.timedelta(2)) is None


def test_few_customers_or_weeks_are_no_model(cast: Cast):
    a_world(cast, 45)
    assert fitted(rules=DEFAULT_RULES).rejection == "few_customers"
    short = replace(DEFAULT_RULES, value=ValueRules(least_customers=40, least_weeks=61))
    model = fitted(rules=short)
    assert (model.rejection, model.weeks <= 60, model.r) == ("few_weeks", True, None)
    assert ValueModel.objects.used_on(DAY, "revenue") is None


def test_a_model_that_tells_the_weeks_wrongly_is_not_used_and_the_last_stays(cast: Cast):
    last = accepted(DAY - dt.timedelta(60))
    a_world(cast, 60, fades=True)
    model = fitted()
    assert (model.rejection, model.holdout_actual) == ("off", 0)
    assert model.holdout_expected > 0
    assert model.r > 0  # for who wants to know why
    assert ValueModel.objects.used_on(DAY, "revenue") == last
    assert latest_model(DAY, "revenue") == model


def test_a_fit_that_fails_does_not_break_the_night(cast: Cast, monkeypatch):
    a_world(cast, 45)

    def fail(_known):
        raise FitError("no")

    monkeypatch.setattr(value_models, "fit_lifetimes", fail)
    model = fitted()
    assert (model.rejection, model.r) == ("no_fit", None)
    assert computed(rules=FEW)["V1"].reasons == [{"code": "no_model"}]


def test_spending_needs_customers_that_bring_something(cast: Cast):
    a_world(cast, 60)
    margin = replace(FEW, abc=replace(FEW.abc, basis="margin"))  # costs are unknown
    model = fitted(rules=margin)
    assert (model.rejection, model.basis, model.p) == ("", "margin", None)
    assert model.r > 0


def test_what_is_accepted_has_parameters():
    with pytest.raises(IntegrityError), transaction.atomic():
        accepted(r=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        accepted(holdout_actual=None)


# --- retention ---


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
