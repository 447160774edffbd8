"""Tiers, comparisons and the brake on publication; every result says why."""

from decimal import Decimal

import pytest

from segmentation.rules.hysteresis import HysteresisRules, hold_size, size_reason
from segmentation.rules.indicators import growth, margin
from segmentation.rules.publication import moved_too_many
from segmentation.rules.sizes import TierCuts, size_of
from segmentation.rules.tiers import TierFacts, tier_of

CUTS = TierCuts()


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("3000000.00", "large"),
        ("2999999.99", "medium"),
        ("250000.00", "medium"),
        ("249999.99", "small"),
        ("0.00", "small"),
        ("-5.00", "small"),
        (None, "small"),
    ],
)
def test_size_by_the_revenue_of_twelve_months(value, size):
    assert size_of(None if value is None else Decimal(value), CUTS) == size


def facts(value="100.00", cuts=CUTS, **parts):
    amount = None if value is None else Decimal(value)
    held = hold_size(None, amount, cuts, HysteresisRules())
    return TierFacts(held.name, size_reason(held, amount, cuts, HysteresisRules()), **parts)


def codes(result):
    return [reason["code"] for reason in result.reasons]


def test_large_and_on_hold_is_risk_and_stays_large():
    found = tier_of(facts("3240000.00", credit_state="hold"))
    assert (found.tier, found.size, found.is_risk, found.is_potential) == (
        "risk",
        "large",
        True,
        False,
    )
    assert found.reasons == (
        {"code": "size_large", "revenue_12m": "3240000.00", "threshold": "3000000.00"},
        {"code": "risk_credit", "state": "hold"},
    )


@pytest.mark.parametrize(
    ("parts", "reasons"),
    [
        ({"credit_state": "stop"}, ["risk_credit"]),
        ({"rating": "C"}, ["risk_rating"]),
        ({"rating": "D"}, ["risk_rating"]),
        ({"churn_band": "at_risk"}, ["risk_churn"]),
        ({"churn_band": "dormant"}, ["risk_churn"]),
        ({"churn_band": "lost"}, ["risk_churn"]),
        (
            {"credit_state": "hold", "rating": "D", "churn_band": "lost"},
            ["risk_credit", "risk_rating", "risk_churn"],
        ),
    ],
)
def test_what_makes_a_risk(parts, reasons):
    found = tier_of(facts(**parts))
    assert found.tier == "risk"
    assert codes(found) == ["size_small", *reasons]


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"credit_state": "clear"},
        {"credit_state": "watch"},
        {"rating": "B"},
        {"rating": "AAA"},
        {"churn_band": "active"},
        {"churn_band": "cooling"},
        {"churn_band": "new"},
        {"potential_score": Decimal("69.99")},
    ],
)
def test_what_is_not_met_or_not_computed_adds_nothing(parts):
    found = tier_of(facts(**parts))
    assert (found.tier, found.is_risk, found.is_potential) == ("small", False, False)
    assert codes(found) == ["size_small"]


@pytest.mark.parametrize(
    ("value", "parts", "tier", "is_potential"),
    [
        ("1.00", {"potential_score": Decimal(70)}, "potential", True),
        ("1.00", {"is_prospect": True}, "potential", True),
        ("300000.00", {"potential_score": Decimal(90)}, "medium", True),
        ("3000000.00", {"potential_score": Decimal(90)}, "large", False),
        ("3000000.00", {"is_prospect": True}, "large", True),
        ("1.00", {"is_prospect": True, "rating": "D"}, "risk", True),
    ],
)
def test_precedence_risk_large_medium_potential_small(value, parts, tier, is_potential):
    found = tier_of(facts(value, **parts))
    assert (found.tier, found.is_potential) == (tier, is_potential)


def test_potential_says_why():
    found = tier_of(facts(potential_score=Decimal("72.50"), is_prospect=True))
    assert found.reasons == (
        {"code": "size_small", "revenue_12m": "100.00", "threshold": "250000.00"},
        {"code": "potential_score", "score": "72.50", "threshold": "70"},
        {"code": "potential_prospect"},
    )


def test_sized_by_margin_with_unknown_cost():
    cuts = TierCuts(Decimal("900.00"), Decimal("90.00"), "margin")
    assert tier_of(facts(None, cuts)).reasons == (
        {"code": "size_small", "margin_12m": None, "threshold": "90.00"},
    )
    assert tier_of(facts("95.00", cuts)).reasons[0]["code"] == "size_medium"


def test_growth_needs_something_before():
    assert growth(Decimal(120), Decimal(100)) == Decimal("0.2")
    assert growth(Decimal(0), Decimal(100)) == -1
    assert growth(Decimal(5), Decimal(0)) is None
    assert growth(Decimal(5), Decimal(-1)) is None
    assert growth(Decimal("0.75"), Decimal("0.50")) == Decimal("0.5")


def test_margin_is_null_while_the_cost_is_unknown():
    assert margin(Decimal(100), Decimal("99.50")) == Decimal("0.50")
    assert margin(Decimal(100), None) is None


@pytest.mark.parametrize(
    ("moved", "population", "expected"),
    [(20, 50, False), (21, 50, True), (100, 1000, False), (101, 1000, True), (0, 0, False)],
)
def test_a_night_that_moves_too_many_is_held_back(moved, population, expected):
    assert moved_too_many(moved, population, max_share=Decimal("0.10"), floor=20) is expected
