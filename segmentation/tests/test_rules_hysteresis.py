"""Classes and sizes that do not flap (C4)."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from random import Random

import pytest

from segmentation.rules.abc_classes import abc_by_value
from segmentation.rules.hysteresis import (
    Held,
    HysteresisRules,
    class_reason,
    hold_class,
    hold_size,
    size_reason,
)
from segmentation.rules.sizes import TierCuts

RULES = HysteresisRules()
CUTS = TierCuts()
AB = (Decimal("0.80"), Decimal("0.95"))


def sizes(values, begin=None):
    """What is held after each of these nights."""
    found, held = [], begin
    for value in values:
        held = hold_size(held, None if value is None else Decimal(value), CUTS, RULES)
        found.append(held)
    return found


def classes(shares, begin=None):
    """The same of a customer of value 1 of 1,000, above whom these shares are held."""
    found, held = [], begin
    for share in shares:
        above = Decimal(1000) * Decimal(share)
        held = hold_class(held, Decimal(1), (above, Decimal(1000)), AB, RULES)
        found.append(held)
    return found


def test_the_first_night_takes_what_is():
    assert sizes([3_000_000])[0] == Held("large")
    assert sizes([250_000])[0] == Held("medium")
    assert sizes([None])[0] == Held("small")
    assert classes(["0.81"])[0] == Held("B")


def test_up_after_seven_nights_in_a_row_clear_of_the_cut():
    found = sizes([3_300_000] * 7, Held("medium"))
    assert [each.nights for each in found] == [1, 2, 3, 4, 5, 6, 0]
    assert found[5] == Held("medium", "large", 6)
    assert found[6] == Held("large")
    assert sizes([3_299_999] * 50, Held("medium"))[-1] == Held("medium")  # over, but not clear


def test_down_after_thirty_nights_and_one_step_at_a_time():
    found = sizes([1_000] * 60, Held("large"))
    assert found[28] == Held("large", "medium", 29)
    assert found[29] == Held("medium")
    assert found[58] == Held("medium", "small", 29)
    assert found[59] == Held("small")
    assert sizes([2_700_000] * 99, Held("large"))[-1] == Held("large")  # under, but not clear


def test_one_night_that_is_not_clear_begins_the_row_anew():
    found = sizes([3_300_000] * 6 + [3_000_000] + [3_300_000] * 6, Held("medium"))
    assert found[6] == Held("medium")
    assert found[-1] == Held("medium", "large", 6)


def test_up_goes_as_far_as_every_night_of_the_row_reached():
    jump = sizes([3_300_000] * 7, Held("small"))
    assert jump[-1] == Held("large")
    assert sizes([3_300_000] * 6 + [300_000], Held("small"))[-1] == Held("medium")


def test_a_turn_of_direction_begins_a_row():
    assert sizes([1_000] * 5 + [3_300_000], Held("medium"))[-1] == Held("medium", "large", 1)


def test_classes_by_the_share_held_above_and_two_points_to_either_side():
    assert classes(["0.77"] * 7, Held("B"))[-1] == Held("A")
    assert classes(["0.78"] * 99, Held("B"))[-1] == Held("B")  # at the mark, not under it
    assert classes(["0.82"] * 99, Held("A"))[-1] == Held("A")  # at the mark, not over it
    assert classes(["0.821"] * 29, Held("A"))[-1] == Held("A", "B", 29)
    assert classes(["0.99"] * 30, Held("A"))[-1] == Held("B")


def test_without_value_there_is_no_class_to_hold_and_back_from_there_it_is_as_it_is():
    assert hold_class(Held("A"), Decimal(0), (Decimal(9), Decimal(9)), AB, RULES) == Held("N")
    assert classes(["0.10"], Held("N"))[0] == Held("A")


def test_a_year_on_the_boundary_changes_nothing_where_it_naively_would_fifty_times():
    chance = Random(7)
    shares = [
        Decimal("0.80") + Decimal(chance.randrange(-150, 151)) / 10_000 for _night in range(365)
    ]
    naive = [share < AB[0] for share in shares]
    held = [each.name for each in classes(shares)]
    assert sum(a != b for a, b in pairwise(naive)) >= 50
    assert set(held) == {held[0]}


def test_the_reason_says_where_it_leans_to_and_how_far_it_is():
    (*_others, held) = sizes([2_650_000] * 3, Held("large"))
    assert size_reason(held, Decimal("2650000.00"), CUTS, RULES) == {
        "code": "kept_large", "revenue_12m": "2650000.00", "threshold": "3000000.00",
        "mark": "2700000.00", "would_be": "medium", "nights": "3", "of": "30",
    }  # fmt: skip
    up = size_reason(Held("small"), Decimal("260000.00"), CUTS, RULES)
    assert (up["code"], up["threshold"], up["mark"]) == ("kept_small", "250000.00", "275000.00")
    assert (up["nights"], up["of"]) == ("0", "7")


def test_a_mark_of_half_a_cent_is_rounded_up():
    cuts = TierCuts(medium=Decimal("250000.05"))  # x 1.10 = 275000.055, x 0.90 = 225000.045
    up = size_reason(Held("small"), Decimal("260000.00"), cuts, RULES)
    down = size_reason(Held("medium"), Decimal("240000.00"), cuts, RULES)
    assert (up["mark"], down["mark"]) == ("275000.06", "225000.05")


def test_the_reason_of_a_class():
    by_value = abc_by_value({"X": Decimal(810), "Y": Decimal(190)})["Y"]
    held = Held("A", "B", 4)
    assert class_reason(held, by_value, AB, RULES) == {
        "code": "abc_kept_a", "cumulative_share": "0.810000", "cut": "0.80", "mark": "0.82",
        "would_be": "B", "nights": "4", "of": "30",
    }  # fmt: skip
    assert class_reason(Held("B"), by_value, AB, RULES)["code"] == "abc_b"


@pytest.mark.parametrize("night", [1, 2])
def test_other_rules_other_rows(night):
    quick = replace(RULES, nights_up=night)
    held = Held("medium")
    for _each in range(night):
        held = hold_size(held, Decimal(9_000_000), CUTS, quick)
    assert held == Held("large")
