"""Perception less expectation, by dimension."""

from decimal import Decimal

import pytest

from core.rules import rounded
from surveys.rules.gaps import DIMENSIONS, dimension_gap, total_gap

EXPECTED = {"t": "6656", "r": "77777", "s": "6766", "a": "7667", "e": "56566"}
PERCEIVED = {"t": "6566", "r": "65665", "s": "5565", "a": "6666", "e": "55656"}


def worked_gaps():
    return {
        letter: dimension_gap(
            (int(hoped), int(seen))
            for hoped, seen in zip(EXPECTED[letter], PERCEIVED[letter], strict=True)
        )
        for letter in DIMENSIONS
    }


def test_gaps_of_the_five_dimensions():
    assert {letter: str(rounded(gap, 1)) for letter, gap in worked_gaps().items()} == {
        "t": "0.0",
        "r": "-1.4",
        "s": "-1.0",
        "a": "-0.5",
        "e": "-0.2",
    }
    assert total_gap(worked_gaps()) == Decimal("-0.62")
    points = {"t": 11, "r": 32, "s": 22, "a": 19, "e": 16}
    assert total_gap(worked_gaps(), points) == Decimal("-0.795")
    assert total_gap(worked_gaps(), {"t": 0, "r": 100, "s": 0, "a": 0, "e": 0}) == Decimal("-1.4")


def test_a_pair_missing_a_side_drops_out():
    assert dimension_gap([(7, 5), (None, 1), (1, None)]) == -2
    assert dimension_gap([(None, 1)]) is None


def test_without_all_five_there_is_no_total():
    assert total_gap({**worked_gaps(), "e": None}) is None
    assert total_gap({"t": Decimal(1)}) is None


@pytest.mark.parametrize(
    "points",
    [
        {"t": 100},
        {"t": 20, "r": 20, "s": 20, "a": 20, "e": 21},
        {"t": 120, "r": -20, "s": 0, "a": 0, "e": 0},
    ],
)
def test_points_are_100_over_the_five(points):
    with pytest.raises(ValueError, match="100 together"):
        total_gap(worked_gaps(), points)
