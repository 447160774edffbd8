"""Parts of value, what they come to, and the grade (C5)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.scores import (
    LOYALTY,
    ScoreRules,
    composite,
    grade_of,
    loyalty_parts,
    scaled,
)

RULES = ScoreRules()
WEIGHTS = st.lists(st.integers(1, 9), min_size=4, max_size=4).map(
    lambda found: [Decimal(each) / 10 for each in found]
)
PARTS = st.lists(st.none() | st.integers(0, 10_000), min_size=4, max_size=4).map(
    lambda found: [None if each is None else Decimal(each) / 100 for each in found]
)


def decimals(*values):
    return [None if value is None else Decimal(str(value)) for value in values]


@pytest.mark.parametrize(
    ("parts", "weights", "expected"),
    [
        ((80, None, 60, 90), (".4", ".2", ".2", ".2"), "77.50"),  # the example of C5
        ((80, None, None, 90), (".3", ".3", ".2", ".2"), None),  # half the weight: too little
        ((80, None, None, 90), (".4", ".2", ".2", ".2"), "83.33"),  # exactly three fifths
        ((None, None, None, None), (".4", ".2", ".2", ".2"), None),
        ((50, 50, 50, 50), (".4", ".2", ".2", ".2"), "50.00"),
    ],
)
def test_missing_parts_spread_their_weight_while_enough_is_known(parts, weights, expected):
    found = composite(decimals(*parts), decimals(*weights), RULES.least_known)
    assert found == (None if expected is None else Decimal(expected))


@given(parts=PARTS, weights=WEIGHTS)
def test_a_composite_lies_between_its_parts(parts, weights):
    found = composite(parts, weights, RULES.least_known)
    known = [part for part in parts if part is not None]
    if found is not None:
        assert min(known) <= found <= max(known)
        assert found == composite(parts[::-1], weights[::-1], RULES.least_known)


def test_without_a_potential_the_grade_is_that_of_the_current_value():
    assert composite(decimals(72, None), RULES.grade, RULES.least_known) == 72
    assert composite(decimals(None, 90), RULES.grade, RULES.least_known) is None


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (5, 0, 20, "25.00"),
        (-3, 0, 20, "0.00"),
        (99, 0, 20, "100.00"),
        (1, 0, 3, "33.33"),
        (5, 5, 5, None),  # the same for everybody tells nobody apart
        (None, 0, 20, None),
    ],
)
def test_values_are_scaled_between_the_bounds(value, low, high, expected):
    found = scaled(*decimals(value, low, high))
    assert found == (None if expected is None else Decimal(expected))


def test_loyalty_of_three_years_two_fifths_of_the_wallet_45_weeks_and_a_nine():
    parts = loyalty_parts(1096, Decimal("0.40"), 45, 9)  # three years
    assert abs(composite(parts, LOYALTY, RULES.least_known) - Decimal("65.31")) <= Decimal("0.01")


def test_loyalty_ends_at_the_whole():
    assert loyalty_parts(9000, Decimal(3), 60, 10) == (100, 100, 100, 100)
    assert loyalty_parts(-5, Decimal(-1), 0, 0) == (0, 0, 0, 0)
    assert loyalty_parts(None, None, None, None) == (None, None, None, None)


@pytest.mark.parametrize(
    ("score", "grade"),
    [("70.00", "high"), ("69.99", "mid"), ("40.00", "mid"), ("39.99", "low"), (None, "")],
)
def test_the_grade_by_its_marks(score, grade):
    assert grade_of(None if score is None else Decimal(score), RULES) == grade
