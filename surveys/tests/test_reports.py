"""What of the scores a person may see, and what is said of few answers."""

from decimal import Decimal

import pytest

from surveys.reports import Figure, main_figure, published_slice
from surveys.reports.scores import figures_of
from surveys.rules.metrics import Parts
from tests.cast import Cast


@pytest.mark.django_db
def test_units_read_their_cut_of_the_night_and_managers_their_own_customers(cast: Cast):
    assert published_slice(cast.greta) == "all"
    assert published_slice(cast.bruno) == published_slice(cast.ann) == "unit:EAST"
    assert published_slice(cast.olga) == "unit:EAST-1"
    assert published_slice(cast.alice) == published_slice(cast.adam) == ""


@pytest.mark.parametrize(
    ("n", "hidden", "weak"),
    [(4, True, False), (5, False, True), (29, False, True), (30, False, False)],
)
def test_few_answers_are_marked_and_fewer_are_hidden(n: int, hidden: bool, weak: bool):
    figure = Figure("csat", "csat5", Parts(n, 5 * n, n, 0))
    assert (figure.is_hidden, figure.is_weak) == (hidden, weak)
    assert figure.value == (None if hidden else 1)


def test_the_value_of_a_figure_is_in_its_own_unit():
    figures = figures_of(
        {
            "nps": {10: 26, 7: 16, 2: 8},
            "csat5": {1: 2, 2: 3, 3: 10, 4: 20, 5: 15},
            "ces5": {1: 20, 2: 30, 3: 25, 4: 15, 5: 10},
            "comment": {1: 3},
        }
    )
    assert {metric: figure.value for metric, figure in figures.items()} == {
        "nps": 36,
        "csat": Decimal("0.7"),
        "ces": Decimal("2.65"),
    }
    assert figures["nps"].between == 16
    assert main_figure(figures) == figures["nps"]
    assert main_figure({"ces": figures["ces"]}) == figures["ces"]
    assert main_figure({}) is None


def test_a_change_is_stated_on_the_same_scale_only():
    now = Figure("csat", "csat5", Parts(100, 400, 80, 5))
    before = Figure("csat", "csat5", Parts(100, 300, 40, 20))
    change = now.change_since(before)
    assert change is not None
    assert (change.difference, change.is_clear) == (Decimal("0.4"), True)
    assert now.change_since(Figure("csat", "csat4", Parts(100, 300, 40, 20))) is None
    assert now.change_since(Figure("csat", "csat5", Parts(4, 20, 4, 0))) is None
    assert now.change_since(None) is None
    effort = Figure("ces", "ces5", Parts(100, 265, 50, 25))
    assert effort.change_since(effort) is None
