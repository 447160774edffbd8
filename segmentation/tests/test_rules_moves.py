"""Which way a move goes, who stays, and how concentrated the value is."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segmentation.rules.concentration import NEXT, TOP, concentration, is_kept
from segmentation.rules.moves import ORDER, change, flows, is_down, is_up, pairs, stability, undone

tiers = st.sampled_from(["", *ORDER])


def test_into_risk_is_down_and_out_of_it_is_up():
    assert is_down("large", "risk")
    assert is_up("risk", "small")
    assert is_up("medium", "large")
    assert is_up("small", "potential")
    assert not is_up("large", "large")
    assert not is_up("", "large")
    assert not is_down("large", "")


def test_every_move_is_of_one_kind():
    assert len(pairs("all")) == 20
    assert sorted(pairs("up") + pairs("down")) == sorted(pairs("all"))
    assert {now for _before, now in pairs("risk")} == {"risk"}


@given(st.lists(st.tuples(tiers, tiers), max_size=60))
def test_flows_from_the_sums_are_those_of_the_customers(customers):
    counts = Counter(pair for pair in customers if any(pair))
    before = Counter(old for old, _new in counts.elements())
    now = Counter(new for _old, new in counts.elements())
    moved = {pair: n for pair, n in counts.items() if all(pair) and pair[0] != pair[1]}
    found = dict(flows(before, now, moved))
    for tier in ORDER:  # new and gone of one tier are told together: the smaller side stays
        assert sum(n for (old, _), n in found.items() if old == tier) == before[tier]
        assert sum(n for (_, new), n in found.items() if new == tier) == now[tier]
    assert all(found[pair] == n for pair, n in moved.items())
    assert all(n > 0 for n in found.values())


def test_moves_can_be_undone():
    now = {"large": 3, "small": 5}
    assert undone(now, {("medium", "large"): 1, ("small", "large"): 2}) == {
        "large": 0, "medium": 1, "small": 7,
    }  # fmt: skip


def test_stability_counts_those_of_both_nights():
    found = {("large", "large"): 9, ("large", "risk"): 1, ("", "small"): 5, ("small", ""): 2}
    assert stability(found) == (9, 10)


def test_a_change_needs_both():
    assert change(Decimal("0.80"), Decimal("0.75")) == Decimal("0.05")
    assert change(Decimal("0.80"), None) is None


def test_five_per_cent_of_heads_are_rounded_up():
    values = [Decimal(100)] * 2 + [Decimal(1)] * 28  # 30 heads: the top 5 % are two
    found = concentration(values)
    assert found.share_of_top(TOP) == Decimal(200) / 228
    assert found.share_of_top(NEXT) == Decimal(204) / 228


def test_alike_customers_are_not_concentrated_and_one_of_many_is():
    assert concentration([Decimal(5)] * 4).gini == 0
    assert concentration([Decimal(8), *[Decimal(0)] * 3]).gini == Decimal("0.75")
    assert concentration([Decimal(3), Decimal(1)]).gini == Decimal("0.25")


@pytest.mark.parametrize("values", [[], [Decimal(0)], [Decimal(-3)]])
def test_without_value_there_is_no_curve(values):
    found = concentration(values)
    assert (found.curve, found.gini, found.share_of_top(TOP)) == ([], None, None)


def test_losses_count_as_nothing():
    assert concentration([Decimal(4), Decimal(-4)]).curve[-2:] == [(Decimal("0.5"), 1), (1, 1)]


@given(st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=500))
def test_a_curve_rises_to_everything_and_bends_down(values):
    found = concentration(values)
    if not sum(values):
        return
    xs, ys = zip(*found.curve, strict=True)
    assert (xs[0], ys[0], xs[-1], ys[-1]) == (0, 0, 1, 1)
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys)
    assert all(y >= x - Decimal("1e-20") for x, y in found.curve)
    assert found.share_of_top(TOP) is not None
    assert found.share_of_top(NEXT) is not None


@given(st.integers(1, 3000), st.sampled_from([TOP, NEXT, Fraction(1, 10), Fraction(1, 2)]))
def test_the_heads_the_page_names_are_always_kept(heads, part):
    assert is_kept(ceil(part * heads), heads)
    assert is_kept(heads, heads)
    assert sum(is_kept(place, heads) for place in range(1, heads + 1)) <= 60
