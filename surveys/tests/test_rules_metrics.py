"""Intervals, and what the export calls each figure."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules import percent, rounded
from surveys.rules.intervals import nps_interval, share_interval
from surveys.rules.metrics import (
    Item,
    Score,
    index_of,
    mean_of,
    metric_names,
    parts,
    score,
    score_of,
)
from surveys.rules.scales import SCALES
from surveys.rules.scores import index, mean


def shown(value, places=4):
    return None if value is None else str(rounded(value, places))


def answers(low, *counts):
    return dict(enumerate(counts, start=low))


@pytest.mark.parametrize(
    ("promoters", "detractors", "answered", "expected"),
    [
        (26, 8, 50, ("33.9623", "13.9153", "54.0092")),
        (0, 0, 4, ("0.0000", "-34.2922", "34.2922")),
    ],
)
def test_nps_interval(promoters, detractors, answered, expected):
    found = nps_interval(promoters, detractors, answered)
    assert tuple(shown(each) for each in (found.centre, found.low, found.high)) == expected


def test_nps_interval_is_clipped_and_null_without_answers():
    assert nps_interval(4, 0, 4).high == 100
    assert nps_interval(0, 4, 4).low == -100
    assert nps_interval(0, 0, 0) is None


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (14, 24, ("38.8347", "75.5324")),
        (0, 10, ("0.0000", "27.7533")),
        (10, 10, ("72.2467", "100.0000")),
    ],
)
def test_interval_of_a_share(part, whole, expected):
    found = share_interval(part, whole)
    assert (shown(percent(found.low, 6)), shown(percent(found.high, 6))) == expected


def test_a_share_of_nothing_has_no_interval():
    assert share_interval(0, 0) is None
    for part, whole in ((3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="no share"):
            share_interval(part, whole)
    with pytest.raises(ValueError, match="no share"):
        nps_interval(3, 3, 5)


heads = st.integers(0, 2000)


@given(heads, heads)
def test_the_interval_of_a_share_holds_it_and_stays_within_0_and_1(part, rest):
    found = share_interval(part, part + rest)
    if found is None:
        assert part + rest == 0
        return
    share = Decimal(part) / (part + rest)
    assert 0 <= found.low <= share <= found.high <= 1
    assert found.low < found.centre < found.high
    other = share_interval(rest, part + rest)
    assert abs(other.low - (1 - found.high)) < Decimal("1e-20")


@given(heads, heads, heads)
def test_the_nps_interval_is_ordered_mirrored_and_within_100_points(
    promoters, detractors, passives
):
    n = promoters + detractors + passives
    found = nps_interval(promoters, detractors, n)
    if found is None:
        assert n == 0
        return
    assert -100 <= found.low <= found.centre <= found.high <= 100
    mirror = nps_interval(detractors, promoters, n)
    assert abs(mirror.low + found.high) < Decimal("1e-20")


def library(*codes):
    return [Item(code, SCALES[code]) for code in codes]


def test_a_survey_of_the_built_in_library():
    assert metric_names(library("csat5", "nps", "nps5", "ces7", "rater_t1_e", "rater_t1_p")) == {
        "csat5": "csat",
        "nps": "nps",
        "nps5": "nps5",
        "ces7": "ces",
        "rater_t1_e": "rater_t1_e",
        "rater_t1_p": "rater_t1_p",
    }


def test_of_several_scales_of_one_kind_the_overall_gives_the_name():
    assert metric_names(library("ces7", "csat10", "csat4", "ces5")) == {
        "csat4": "csat",
        "csat10": "item:csat10",
        "ces5": "ces",
        "ces7": "item:ces7",
    }
    marked = [*library("csat5"), Item("whole", SCALES["csat4"], is_overall=True)]
    assert metric_names(marked) == {"csat5": "item:csat5", "whole": "csat"}


def test_items_of_a_questionnaire():
    drivers = [Item("speed", SCALES["csat5"]), Item("price", SCALES["csat5"])]
    assert metric_names(drivers) == {"speed": "item:speed", "price": "item:price"}
    assert metric_names(drivers[:1]) == {"speed": "csat"}
    assert metric_names([*drivers, *library("csat10")])["csat10"] == "csat"
    assert metric_names([Item("tidy", SCALES["rater_t1_p"])]) == {"tidy": "item:tidy"}


@pytest.mark.parametrize(
    ("code", "counts", "n", "expected"),
    [
        ("csat4", answers(1, 4, 6, 9, 5), 24, ("0.583333", "0.388347", "0.755324")),
        ("csat5", {}, 0, (None, None, None)),
        ("nps", {9: 26, 7: 16, 6: 8}, 50, ("36.000000", "13.915314", "54.009215")),
        ("nps", {}, 0, (None, None, None)),
        ("nps5", {5: 26, 3: 16, 2: 8}, 50, ("36.000000", "13.915314", "54.009215")),
        ("ces5", answers(1, 20, 30, 25, 15, 10), 100, ("2.650000", None, None)),
        ("ces7", {7: 10}, 10, ("1.000000", "0.722467", "1.000000")),
        ("rater_r1_p", {6: 1, 3: 1}, 2, ("4.500000", None, None)),
    ],
)
def test_the_exported_figure_of_each_scale(code, counts, n, expected):
    found = score(SCALES[code], counts)
    assert found.n == n
    assert tuple(shown(each, 6) for each in (found.value, found.low, found.high)) == expected


@given(st.sampled_from(sorted(SCALES)), st.data())
def test_every_scale_gives_a_figure_for_any_answers(code, data):
    scale = SCALES[code]
    counts = data.draw(st.dictionaries(st.sampled_from(list(scale.points)), heads))
    found = score(scale, counts)
    assert found.n == sum(counts.values())
    assert (found.value is None) == (found.n == 0)
    if found.low is not None:
        assert found.low <= found.high
    if found.n == 0:
        assert found == Score(0, None, None, None)


@given(st.data())
def test_every_figure_follows_from_its_parts(data):
    scale = data.draw(st.sampled_from(list(SCALES.values())))
    counts = data.draw(st.dictionaries(st.sampled_from(list(scale.points)), st.integers(0, 50)))
    made_of = parts(scale, counts)
    assert mean_of(made_of) == mean(scale, counts)
    assert index_of(scale, made_of) == index(scale, counts)
    assert score_of(scale, made_of) == score(scale, counts)
    assert made_of.satisfied + made_of.dissatisfied <= made_of.n
