"""Retention (C13), contract customers, and when a model of C8 is believed."""

import datetime as dt
import math
from decimal import Decimal

import pytest

from segmentation.rules.customer_value import (
    Retention,
    ValueRules,
    alive_in_silence,
    contract_value,
    holdout_weeks,
    is_due,
    is_off,
    retention,
    retention_used,
)

RULES = ValueRules()


def money(text: str) -> Decimal:
    return Decimal(text)


def test_the_example_of_retention():
    found = retention([
        (money("100"), money("120")), (money("50"), None), (money("50"), money("40")),
    ])  # fmt: skip
    assert (round(found.customers, 4), found.net, found.gross) == (
        Decimal("0.6667"), Decimal("0.8"), Decimal("0.7"),
    )  # fmt: skip
    assert found.churn == 1 - found.customers


def test_who_ships_for_nothing_has_stayed():
    found = retention([(money("100"), money("0"))])
    assert (found.customers, found.net, found.gross) == (1, 0, 0)


def test_nobody_a_year_ago_is_no_rate():
    found = retention([])
    assert (found.customers, found.churn, found.net, found.gross) == (None, None, None, None)


@pytest.mark.parametrize(
    ("weeks", "held"), [(26, 6), (27, 6), (28, 7), (52, 13), (53, 13), (156, 13)]
)
def test_a_quarter_of_the_weeks_is_held_out_and_no_more_than_thirteen(weeks, held):
    assert holdout_weeks(weeks) == held


@pytest.mark.parametrize(
    ("expected", "actual", "off"),
    [
        (120.0, 100, False), (80.0, 100, False), (120.1, 100, True), (79.9, 100, True),
        (0.0, 0, False), (0.1, 0, True), (math.nan, 100, True),
    ],
)  # fmt: skip
def test_a_fifth_is_the_most_it_may_be_off(expected, actual, off):
    assert is_off(expected, actual, RULES) is off


@pytest.mark.parametrize(
    ("day", "before", "due"),
    [
        ("2026-03-17", None, True),  # the first night of all
        ("2026-03-01", "2026-02-01", True),  # the first night of a month
        ("2026-03-02", "2026-03-01", False),
        ("2026-03-31", "2026-03-17", False),
        ("2026-03-02", "2026-02-01", True),  # the first was missed
        ("2027-03-01", "2026-03-01", True),
    ],
)
def test_it_is_fitted_once_a_month(day, before, due):
    known = None if before is None else dt.date.fromisoformat(before)
    assert is_due(dt.date.fromisoformat(day), known) is due


def test_few_contracts_take_the_retention_of_all():
    everybody = Retention(then=1000, stayed=700)
    assert retention_used(Retention(49, 49), everybody, RULES) == Decimal("0.7")
    assert retention_used(Retention(50, 40), everybody, RULES) == Decimal("0.8")
    assert retention_used(Retention(60, 60), everybody, RULES) == Decimal("0.99")
    assert retention_used(Retention(60, 0), everybody, RULES) == Decimal("0.01")
    assert retention_used(Retention(), Retention(), RULES) is None


def test_silence_against_the_usual_gap_tells_whether_a_contract_still_lives():
    # lambda = ln 10 / 7, mu = -ln .85 / 365; at one usual gap e^(lambda s) = 10.
    told = [alive_in_silence(gaps * 7, 7, 0.85) for gaps in range(5)]
    assert told[0] == 1
    assert told[1] == pytest.approx(1 / (1 + 0.0013518 * 9.0312), rel=1e-4)
    assert [round(each, 3) for each in told[1:]] == [0.988, 0.881, 0.423, 0.068]


def test_silence_out_of_season_is_only_time():
    assert alive_in_silence(365, 7, 0.85, in_season=False) == pytest.approx(0.85)
    assert alive_in_silence(10_000, 3, 0.85) == pytest.approx(0)


def test_the_value_of_a_contract_is_the_sum_of_its_years():
    yearly, share, discount = Decimal(1000), Decimal("0.8"), Decimal("0.1")
    first, whole = contract_value(yearly, Decimal(1), share, discount)
    years = [yearly * (share / (1 + discount)) ** k for k in range(1, 400)]
    assert first == years[0]
    assert whole == pytest.approx(sum(years))
    assert round(whole, 2) == Decimal("2666.67")
    half, _whole = contract_value(yearly, Decimal("0.5"), share, discount)
    assert half * 2 == pytest.approx(first)
