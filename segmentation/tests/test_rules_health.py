"""Health (C12): the example, what keeps from green, and what each part is made of."""

from dataclasses import replace
from decimal import Decimal

import pytest

from segmentation.rules.health import (
    PARTS,
    HealthRules,
    engagement,
    health,
    network,
    payment,
    sentiment,
    service,
    volume,
)

RULES = HealthRules()


def of(*points: int | None, rules: HealthRules = RULES) -> tuple[Decimal | None, str, bool]:
    parts = [None if point is None else Decimal(point) for point in points]
    found = health(dict(zip(PARTS, parts, strict=True)), rules)
    return found.score, found.grade, found.is_capped


def test_the_example():
    assert of(40, 72, 85, None, 90, 100) == (Decimal("71.06"), "yellow", False)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((51,) * 6, (51, "yellow", False)),
        ((50, 51, 51, 51, 51, 51), (Decimal("50.75"), "red", False)),
        ((76,) * 6, (76, "green", False)),
        ((75,) * 6, (75, "yellow", False)),
        ((100, 29, 100, 100, 100, 100), (Decimal("85.80"), "yellow", True)),
        ((100, 30, 100, 100, 100, 100), (86, "green", False)),
        ((100, 100, 100, 0, 100, 100), (85, "green", False)),  # weighs .15 only
        ((100, 100, None, 100, None, None), (100, "green", False)),  # .60 known
        ((100, None, 100, None, None, 100), (None, "", False)),  # .55
        ((None,) * 6, (None, "", False)),
    ],
)
def test_marks_what_is_missing_and_the_cap(points, expected):
    assert of(*points) == expected


def test_weights_and_marks_are_rules():
    heavy = replace(RULES, heavy=Decimal("0.15"))
    assert of(100, 100, 100, 0, 100, 100, rules=heavy) == (85, "yellow", True)


@pytest.mark.parametrize(
    ("state", "decay", "now", "base", "expected"),
    [
        ("active", "", 100, 100, 100),
        ("active", "", 90, 100, 100),
        ("active", "", 70, 100, 60),
        ("new", "", 70, 0, 100),  # nothing to compare with
        ("cooling", "", 100, 100, 60),
        ("at_risk", "", 100, 100, 30),
        ("dormant", "red", 100, 100, 10),
        ("active", "amber", 100, 100, 60),
        ("active", "red", 100, 100, 30),
        ("active", "", 50, 100, 20),
        ("active", "", 40, 100, 0),
        ("paused", "red", 0, 100, 100),  # silent by season
    ],
)
def test_volume_is_as_good_as_the_worst_that_is_known(state, decay, now, base, expected):
    assert volume(state, decay, Decimal(now), Decimal(base)) == expected


def test_payment_is_the_score_of_the_rating_or_what_was_collected():
    assert payment(Decimal(80), None, None) == 100
    assert payment(Decimal("63.06"), Decimal(100), Decimal(90)) == Decimal("71.77")
    assert payment(Decimal(80), Decimal(100), Decimal(60)) == 60
    assert payment(None, Decimal(0), Decimal(0)) is None


def test_service_needs_five_cases():
    assert service(100, 95, 100, 0) == 75
    assert service(100, 100, 100, 2) == 80
    assert service(4, 0, 4, 4) is None
    assert service(4, 0, 100, 10) == 0


def test_sentiment_is_the_mean_of_the_answers():
    assert sentiment([Decimal(90), Decimal(50), Decimal(25)]) == 55
    assert sentiment([]) is None


@pytest.mark.parametrize(
    ("days_left", "talked", "expected"),
    [
        (91, None, 100),
        (90, None, 50),
        (-1, None, 0),
        (-366, None, None),  # ended long ago
        (None, 14, 100),
        (None, 28, 50),
        (None, 42, 0),
        (400, 35, 25),
        (None, None, None),
    ],
)
def test_engagement_is_the_agreement_and_the_last_talk(days_left, talked, expected):
    assert engagement(days_left, talked, 14) == expected


def test_network_is_what_does_not_hang_on_lost_ones():
    assert network(Decimal("0.375")) == Decimal("62.50")
