"""Proposed weights (C6): entropy, cap, judged pairs, blend; worked examples and laws."""

from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.rules import RuleError
from segmentation.rules.weights import (
    blended,
    capped,
    entropy_weights,
    in_hundredths,
    judged_weights,
    proposal,
)

EXAMPLE = [(100, 0.95, 2, 5), (80, 0.99, 1, 8), (300, 0.80, 6, 5), (20, 0.60, 9, 5)]
COST = frozenset({2})


def test_the_example_of_the_specification():
    found = entropy_weights(EXAMPLE, COST)
    assert [round(weight, 4) for weight in found] == [0.2014, 0.1250, 0.1388, 0.5347]


def test_what_exceeds_the_cap_goes_to_the_others_by_their_weights():
    found = capped(entropy_weights(EXAMPLE, COST))
    assert [round(weight, 4) for weight in found] == [0.2597, 0.1612, 0.1790, 0.4000]
    assert capped((0.39, 0.59, 0.02)) == pytest.approx((0.40, 0.40, 0.20))  # the first follows


def test_a_column_where_all_are_alike_drops_out():
    rows = [(1, 5, 3), (2, 5, 1), (4, 5, 9)]
    found = entropy_weights(rows)
    assert found[1] == 0
    assert capped((0.7, 0.0, 0.3)) == (0.5, 0.0, 0.5)  # two cannot make a whole below the cap
    for alike in ([(1, 1), (1, 1)], [(3, 7)]):
        with pytest.raises(RuleError, match="alike"):
            entropy_weights(alike)


def test_judged_pairs_that_agree_give_their_weights():
    pairs = [[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]]
    found = judged_weights(pairs)
    assert found.weights == pytest.approx((4 / 7, 2 / 7, 1 / 7))
    assert found.inconsistency == pytest.approx(0, abs=1e-9)
    assert judged_weights([[1]]).weights == (1,)


def test_a_slight_contradiction_is_told():
    """Saaty's example of three: largest eigenvalue 3.0649, ratio .056."""
    pairs = [[1, 1 / 3, 5], [3, 1, 7], [1 / 5, 1 / 7, 1]]
    found = judged_weights(pairs)
    assert [round(weight, 3) for weight in found.weights] == [0.279, 0.649, 0.072]
    assert round(found.inconsistency, 3) == 0.056


def test_judgements_that_contradict_each_other_are_refused():
    """a over b over c over a: ratio far above .10."""
    with pytest.raises(RuleError, match="contradict"):
        judged_weights([[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]])


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [[1, 2]],
        [[1, 2], [2, 1]],
        [[2, 1], [1, 2]],
        [[1, -2], [-0.5, 1]],
        [[1, float("nan")], [1, 1]],
        [[1] * 11] * 11,
    ],
)  # fmt: skip
def test_what_is_no_table_of_pairs_is_refused(pairs):
    with pytest.raises(RuleError, match="Judged pairs"):
        judged_weights(pairs)


def test_the_proposal_is_half_entropy_and_half_judgement():
    equal = [[1.0] * 4 for _ in range(4)]
    found = proposal(EXAMPLE, COST, equal)
    assert [round(weight, 4) for weight in found] == [0.2549, 0.2056, 0.2145, 0.3250]
    assert proposal(EXAMPLE, COST) == capped(entropy_weights(EXAMPLE, COST))
    assert blended((0.4, 0.6), (0.2, 0.8)) == pytest.approx((0.3, 0.7))


def test_whole_per_cents_make_a_hundred():
    assert in_hundredths((1 / 3, 1 / 3, 1 / 3)) == (34, 33, 33)
    assert in_hundredths((0.2597, 0.1612, 0.1791, 0.4)) == (26, 16, 18, 40)


figures = st.floats(0, 1e6, allow_nan=False)
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.tuples(*[figures] * width), min_size=2, max_size=12)
)


@given(tables, st.sets(st.integers(0, 4)))
def test_weights_make_a_whole_and_none_is_above_the_cap(rows, costs):
    try:
        bare = entropy_weights(rows, frozenset(costs))
    except RuleError:
        assume(False)
    limited = capped(bare)
    for weights in (bare, limited):
        assert isclose(sum(weights), 1, abs_tol=1e-9)
        assert min(weights) >= 0
    used = sum(weight > 0 for weight in bare)
    assert max(limited) <= max(0.40, 1 / used) + 1e-9
    assert sum(in_hundredths(limited)) == 100


@given(tables, st.randoms(use_true_random=False))
def test_order_does_not_matter(rows, random):
    """The order of customers changes nothing, that of figures moves their weights along."""
    try:
        bare = entropy_weights(rows)
    except RuleError:
        assume(False)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert entropy_weights(shuffled) == pytest.approx(bare, abs=1e-9)
    order = list(range(len(rows[0])))
    random.shuffle(order)
    moved = entropy_weights([tuple(row[place] for place in order) for row in rows])
    assert moved == pytest.approx([bare[place] for place in order], abs=1e-9)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=10))
def test_pairs_made_of_weights_give_these_weights(weights):
    pairs = [[a / b for b in weights] for a in weights]
    total = sum(weights)
    found = judged_weights(pairs)
    assert found.weights == pytest.approx([weight / total for weight in weights], rel=1e-6)
    assert found.inconsistency < 1e-6
