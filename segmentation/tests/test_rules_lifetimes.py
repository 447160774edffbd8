"""BG/NBD and Gamma-Gamma (C8): the published example, and what is at the edges."""

import datetime as dt
import math
from collections import defaultdict
from itertools import pairwise

import numpy as np
import pytest

from segmentation.rules.lifetimes import (
    FitError,
    Histories,
    Lifetimes,
    Spending,
    expected_periods,
    expected_value,
    fit_lifetimes,
    fit_spending,
    p_alive,
)
from segmentation.tests.public_data import raw

CDNOW = Lifetimes(0.243, 4.414, 0.793, 2.426, -9582.4)
CALIBRATED = dt.date(1997, 9, 30)


def one(x: float, t_x: float, age: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return np.array([x]), np.array([t_x]), np.array([age])


def cdnow() -> dict[str, dict[dt.date, float]]:
    """What each customer of the sample spent on each day up to the end of the calibration."""
    spent: dict[str, dict[dt.date, float]] = defaultdict(lambda: defaultdict(float))
    for row in raw("cdnow/CDNOW_sample.csv.gz"):
        day = dt.date.fromisoformat(f"{row['date'][:4]}-{row['date'][4:6]}-{row['date'][6:]}")
        if day <= CALIBRATED:
            spent[row["sample_customer_id"]][day] += float(row["dollar_value"])
    return spent


@pytest.mark.data
def test_the_published_sample_gives_the_published_parameters():
    days = [sorted(each) for each in cdnow().values()]
    assert len(days) == 2357
    found = fit_lifetimes(
        Histories(
            np.array([len(each) - 1 for each in days]),
            np.array([(each[-1] - each[0]).days / 7 for each in days]),
            np.array([(CALIBRATED - each[0]).days / 7 for each in days]),
            np.ones(len(days)),
        )
    )
    assert (round(found.r, 3), round(found.alpha, 3)) == (0.243, 4.414)
    assert (round(found.a, 3), round(found.b, 3)) == (0.793, 2.426)
    assert round(found.log_likelihood, 1) == -9582.4
    history = one(2, 30.43, 38.86)
    assert p_alive(found, *history) == pytest.approx([0.7266], abs=5e-5)
    assert expected_periods(found, *history, 39) == pytest.approx([1.2260], abs=2e-4)


@pytest.mark.data
def test_the_published_sample_gives_the_published_spending():
    periods, means = [], []
    for spent in cdnow().values():
        later = [spent[day] for day in sorted(spent)[1:]]
        if later and sum(later) > 0:
            periods.append(len(later))
            means.append(sum(later) / len(later))
    assert len(periods) == 946
    found = fit_spending(np.array(periods), np.array(means))
    assert (round(found.p, 2), round(found.q, 2), round(found.gamma, 2)) == (6.25, 3.74, 15.44)


def test_histories_told_together_are_those_told_apart():
    apart = Histories(
        np.array([0, 0, 3, 3, 8, 1, 5]),
        np.array([0, 0, 20, 20, 30, 4, 9]),
        np.array([30, 30, 30, 30, 30, 25, 33]),
        np.ones(7),
    )
    together = Histories(
        np.array([0, 3, 8, 1, 5]),
        np.array([0, 20, 30, 4, 9]),
        np.array([30, 30, 30, 25, 33]),
        np.array([2, 2, 1, 1, 1]),
    )
    first, second = fit_lifetimes(apart), fit_lifetimes(together)
    assert first.log_likelihood == pytest.approx(second.log_likelihood, abs=1e-6)
    assert fit_lifetimes(apart) == first  # the same again


def test_who_came_once_has_no_probability_but_is_expected():
    history = one(0, 0, 20)
    assert math.isnan(p_alive(CDNOW, *history)[0])
    assert 0 < expected_periods(CDNOW, *history, 52)[0] < 1


def test_the_longer_the_silence_the_less_is_expected():
    recency = np.arange(0, 101, 10)
    x, age = np.full(11, 10), np.full(11, 100)
    alive = p_alive(CDNOW, x, recency, age)
    weeks = expected_periods(CDNOW, x, recency, age, 52)
    assert all(a < b for a, b in pairwise(alive))
    assert all(a < b for a, b in pairwise(weeks))
    assert (alive > 0).all()
    assert (alive < 1).all()


def test_large_counts_neither_overflow_nor_vanish():
    known = Histories(np.array([4000, 0]), np.array([5000, 0]), np.array([5000, 3]), np.ones(2))
    model = Lifetimes(900.0, 1200.0, 90.0, 9000.0, 0.0)
    assert p_alive(model, known.repeats, known.recency, known.age)[0] == pytest.approx(
        0.99, abs=0.01
    )
    gone = p_alive(model, *one(4000, 100, 5000))
    assert gone == pytest.approx([0.0], abs=1e-12)
    told = expected_periods(model, known.repeats, known.recency, known.age, 52)
    assert np.isfinite(told).all()
    assert (told <= 52).all()


def test_no_more_weeks_than_there_are():
    busy = Lifetimes(50.0, 20.0, 0.01, 9.0, 0.0)  # two and a half a week, leaving hardly ever
    assert expected_periods(busy, *one(52, 52, 52), 10) == pytest.approx([10.0])


@pytest.mark.parametrize("a", [1.0, 1 + 1e-9, 1 - 1e-9])
def test_the_formula_goes_on_where_it_has_nought_over_nought(a):
    near = [
        expected_periods(Lifetimes(0.5, 5.0, each, 2.0, 0.0), *one(4, 20, 30), 52)[0]
        for each in (a, 1.001, 0.999)
    ]
    assert near[0] == pytest.approx(near[1], rel=1e-3)
    assert near[0] == pytest.approx((near[1] + near[2]) / 2, rel=1e-5)


def test_both_series_are_one_function():
    # a + b - 1 - r on both sides of -1, where the series is changed for the other.
    r = 3.0
    left, right = (
        expected_periods(Lifetimes(r, 6.0, 0.4, 1.6 + each, 0.0), *one(9, 40, 50), 52)[0]
        for each in (-1e-7, 1e-7)
    )
    assert left == pytest.approx(right, rel=1e-6)


def test_what_is_expected_is_what_happens():
    """Customers drawn from the model come in the next weeks as often as it says."""
    random = np.random.default_rng(8)
    model, age, ahead = Lifetimes(1.2, 6.0, 0.8, 4.0, 0.0), 40.0, 30.0
    told = came = 0.0
    for rate, leaves in zip(
        random.gamma(model.r, 1 / model.alpha, 6000),
        random.beta(model.a, model.b, 6000),
        strict=True,
    ):
        at, times = 0.0, []
        while at < age + ahead:
            at += random.exponential(1 / rate)
            times.append(at)
            if random.random() < leaves:
                break
        known = [each for each in times if each <= age]
        came += sum(age < each <= age + ahead for each in times)
        told += expected_periods(model, *one(len(known), known[-1] if known else 0, age), ahead)[0]
    assert told == pytest.approx(came, rel=0.03)


def test_nobody_came_back_is_no_model():
    nobody = Histories(np.zeros(3), np.zeros(3), np.array([3.0, 5.0, 9.0]), np.ones(3))
    with pytest.raises(FitError):
        fit_lifetimes(nobody)


@pytest.mark.parametrize("value", [0.0, -5.0])
def test_no_value_stays_out_of_the_spending(value):
    with pytest.raises(ValueError, match="positive"):
        fit_spending(np.array([2.0, 3.0]), np.array([10.0, value]))


def test_one_value_for_all_is_no_model():
    with pytest.raises(FitError):
        fit_spending(np.array([2.0, 3.0]), np.array([10.0, 10.0]))


def test_the_more_is_known_of_a_customer_the_less_the_others_count():
    model = Spending(6.25, 3.74, 15.44, 0.0)
    mean_of_all = 6.25 * 15.44 / (3.74 - 1)
    assert expected_value(model, 0, 0.0) == pytest.approx(mean_of_all)
    once, often = expected_value(model, 1, 100.0), expected_value(model, 50, 5000.0)
    assert mean_of_all < once < often < 100.0
    assert once == pytest.approx((15.44 + 100) * 6.25 / (6.25 + 3.74 - 1))


def test_the_spending_does_not_depend_on_the_currency():
    periods = np.array([1, 2, 3, 4, 6, 9, 12, 2], dtype=float)
    means = np.array([10.0, 14.0, 9.0, 30.0, 22.0, 18.0, 25.0, 55.0])
    fen, yuan = fit_spending(periods, means * 100), fit_spending(periods, means)
    assert (fen.p, fen.q) == pytest.approx((yuan.p, yuan.q), rel=1e-3)
    assert fen.gamma == pytest.approx(100 * yuan.gamma, rel=1e-3)
