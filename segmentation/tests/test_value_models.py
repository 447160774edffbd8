"""The monthly model of customer value: fitted, judged, used or not (C8)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import Customer
from segmentation import value_models
from segmentation.jobs import fit_value_model
from segmentation.models import ValueModel
from segmentation.reports import latest_model, told_off
from segmentation.rules.customer_value import ValueRules, ships_again
from segmentation.rules.lifetimes import FitError
from segmentation.ruleset import DEFAULT_RULES
from segmentation.tests.make import night, publish
from segmentation.tests.make_values import DAY, accepted, computed, contract
from shipments.jobs import check_rollups
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
FEW = replace(DEFAULT_RULES, value=ValueRules(least_customers=40, least_weeks=26))
_MONTH = (
    "INSERT INTO shipments_customermonth (customer_id, month, currency, shipments, pieces,"
    " weight_kg, revenue, cost, uncosted, promised, on_time, exceptions, last_accepted_on,"
    " last_in_doubt, folded, shipping_days) VALUES (%s, shipments_month(%s), 'CNY', %s, 1, 1, %s,"
    " 0, 1, 0, 0, 0, %s, false, true, %s)"
)


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
    assert fitted(DAY - dt.timedelta(40)) is not None  # a replay of before knows no later one


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


def test_what_was_told_of_contract_customers_is_held_against_what_they_did(cast: Cast):
    then = dt.date(2025, 11, 30)
    stays, leaves = (make_customer(name, cast.east_outlet) for name in ("STAYS", "LEAVES"))
    months_of(stays, [then - dt.timedelta(700 - 10 * number) for number in range(80)])
    months_of(leaves, [then - dt.timedelta(820 - 10 * number) for number in range(80)])
    for customer in (stays, leaves):
        contract(customer)
    earlier = computed(then)
    publish(earlier["STAYS"].version_id)
    told = {
        code: ships_again(
            float(row.p_alive),
            row.reasons[0]["usual_days"],
            float(row.reasons[0]["retention"]),
            (DAY - then).days,
        )
        for code, row in earlier.items()
    }
    model = fitted()
    assert (model.contracts_since, model.contracts, model.contracts_actual) == (then, 2, 1)
    assert model.contracts_expected == pytest.approx(sum(told.values()))
    assert told["LEAVES"] < told["STAYS"] < 1


def test_contract_customers_are_not_judged_before_a_night_is_a_quarter_old(cast: Cast):
    publish(night(DAY - dt.timedelta(90)))
    assert fitted().contracts_since is None


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
