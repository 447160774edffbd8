"""Scales and the figures of one item: the worked examples."""

from decimal import Decimal

import pytest

from core.rules import percent, rounded
from surveys.rules.scales import (
    SCALES,
    AnswerError,
    Family,
    is_built_in,
    parse_answer,
    scale_of,
)
from surveys.rules.scores import effort, recommendation, satisfaction

FIFTY = {1: 2, 2: 3, 3: 10, 4: 20, 5: 15}


def shown(value, places=4):
    return None if value is None else str(rounded(value, places))


def answers(low, *counts):
    return dict(enumerate(counts, start=low))


@pytest.mark.parametrize(
    ("code", "points", "good", "bad"),
    [
        ("csat3", (1, 3), {3}, {1}),
        ("csat4", (1, 4), {3, 4}, {1, 2}),
        ("csat5", (1, 5), {4, 5}, {1, 2}),
        ("csat10", (1, 10), {8, 9, 10}, {1, 2, 3}),
        ("csat0_9", (0, 9), {7, 8, 9}, {0, 1, 2}),
        ("nps", (0, 10), {9, 10}, {0, 1, 2, 3, 4, 5, 6}),
        ("nps5", (1, 5), {4, 5}, {1, 2}),
        ("ces5", (1, 5), {1, 2}, {4, 5}),
        ("ces7", (1, 7), {5, 6, 7}, {1, 2, 3}),
        ("rater_t1_e", (1, 7), {6, 7}, {1, 2}),
    ],
)
def test_what_a_scale_knows(code, points, good, bad):
    scale = SCALES[code]
    assert (scale.points[0], scale.points[-1]) == points
    assert (scale.satisfied, scale.dissatisfied) == (good, bad)
    assert scale.higher_is_better is (code != "ces5")
    recommends = code.startswith("nps")
    assert (scale.promoters, scale.detractors) == ((good, bad) if recommends else (set(), set()))


def test_the_library_has_these_codes_and_no_others():
    rater = {code for code in SCALES if code.startswith("rater_")}
    assert len(rater) == 44
    assert {"rater_t4_p", "rater_r5_e", "rater_s4_p", "rater_a4_e", "rater_e5_p"} <= rater
    assert set(SCALES) - rater == {
        "csat3", "csat4", "csat5", "csat10", "csat0_9", "nps", "nps5", "ces5", "ces7"
    }  # fmt: skip
    assert {SCALES[code].family for code in rater} == {Family.RATER}
    assert {SCALES["csat0_9"].family, SCALES["ces5"].family} == {Family.CSAT, Family.CES}


def test_a_comment_is_built_in_but_has_no_scale():
    assert is_built_in("comment")
    assert scale_of("comment") is None
    assert is_built_in("rater_e5_e")
    assert scale_of("nps") is SCALES["nps"]
    assert not is_built_in("rater_t5_e")
    assert scale_of("speed") is None


@pytest.mark.parametrize(
    ("code", "raw", "value"),
    [
        ("nps", "0", 0),
        ("nps", " 10 ", 10),
        ("csat0_9", "9", 9),
        ("csat5", "", None),
        ("csat5", "05", 5),
    ],
)
def test_an_answer_is_a_point_of_the_scale_or_nothing(code, raw, value):
    assert parse_answer(SCALES[code], raw) == value


@pytest.mark.parametrize(
    ("code", "raw"),
    [
        ("nps", "11"),
        ("nps", "-1"),
        ("csat5", "0"),
        ("csat5", "6"),
        ("csat0_9", "10"),
        ("csat5", "4.5"),
        ("csat5", "good"),
        ("csat5", "²"),
        ("csat5", "٤"),
        ("csat5", "9" * 5000),
    ],
)
def test_anything_else_is_refused(code, raw):
    with pytest.raises(AnswerError, match=f"is no answer to {code}: write"):
        parse_answer(SCALES[code], raw)


@pytest.mark.parametrize(
    ("satisfied", "answered", "rate"), [(14, 24, "58.33"), (5, 19, "26.32"), (0, 0, None)]
)
def test_satisfaction_rate(satisfied, answered, rate):
    found = satisfaction(SCALES["csat4"], {3: satisfied, 1: answered - satisfied})
    assert found.answered == answered
    assert shown(percent(found.rate), 2) == rate


def test_not_satisfied_includes_the_neutral_and_dissatisfied_does_not():
    found = satisfaction(SCALES["csat5"], FIFTY)
    assert (found.satisfied, found.not_satisfied, found.dissatisfied) == (35, 15, 5)
    assert (percent(found.rate, 1), percent(found.dissatisfied_rate, 1)) == (
        Decimal("70.0"),
        Decimal("10.0"),
    )
    assert (found.mean, found.index) == (Decimal("3.86"), Decimal("71.5"))


@pytest.mark.parametrize(
    ("code", "counts", "top"),
    [
        ("csat3", answers(1, 1, 2, 5), 5),
        ("csat10", answers(1, *[1] * 10), 3),
        ("csat0_9", answers(0, *[1] * 10), 3),
    ],
)
def test_the_top_of_other_scales(code, counts, top):
    assert satisfaction(SCALES[code], counts).satisfied == top


def test_the_index_of_0_to_9_runs_from_0_to_100():
    assert satisfaction(SCALES["csat0_9"], {0: 4}).index == 0
    assert satisfaction(SCALES["csat0_9"], {9: 4}).index == 100


def test_nps_of_eleven_points():
    found = recommendation(SCALES["nps"], {10: 20, 9: 6, 8: 10, 7: 6, 6: 5, 0: 3})
    assert (found.promoters, found.passives, found.detractors) == (26, 16, 8)
    assert found.score == Decimal("36.0")
    assert recommendation(SCALES["nps"], {}).score is None


def test_nps_of_five_points():
    assert recommendation(SCALES["nps5"], FIFTY).score == Decimal("60.0")


def test_other_scales_have_no_promoters():
    with pytest.raises(ValueError, match="csat5 is no recommendation scale"):
        recommendation(SCALES["csat5"], FIFTY)


def test_effort_where_lower_is_easier():
    found = effort(SCALES["ces5"], answers(1, 20, 30, 25, 15, 10))
    assert (found.mean, found.index) == (Decimal("2.65"), Decimal("58.75"))
    assert (found.easy_rate, found.hard_rate, found.net) == (
        Decimal("0.5"),
        Decimal("0.25"),
        Decimal("0.25"),
    )


def test_effort_where_higher_is_easier():
    found = effort(SCALES["ces7"], answers(1, 2, 3, 5, 10, 20, 35, 25))
    assert (found.easy_rate, found.mean) == (Decimal("0.8"), Decimal("5.48"))
    assert (found.hard_rate, found.net) == (Decimal("0.1"), Decimal("0.7"))
    assert shown(found.index) == "74.6667"


def test_without_answers_every_figure_is_null():
    nothing = satisfaction(SCALES["csat5"], {4: 0})
    assert (nothing.rate, nothing.dissatisfied_rate, nothing.mean, nothing.index) == (None,) * 4
    silent = effort(SCALES["ces5"], {})
    assert (silent.easy_rate, silent.hard_rate, silent.net, silent.mean) == (None,) * 4


@pytest.mark.parametrize("counts", [{0: 1}, {6: 1}, {3: -1}])
def test_counts_of_another_scale_are_never_pooled_in(counts):
    with pytest.raises(ValueError, match="no counts of csat5"):
        satisfaction(SCALES["csat5"], counts)
