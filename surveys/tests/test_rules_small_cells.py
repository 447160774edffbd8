"""Small cells and changes between surveys: the worked examples of A22 and A9."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.changes import Counted, change
from surveys.rules.small_cells import hidden


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([9, 4], [9, 4]),
        ([9, 6], []),
        ([9, 4, 7], [4, 7]),
        ([9, 2, 2, 8], [2, 2, 8]),
        ([], []),
        ([4], [4]),
        ([9, 0], []),
        ([4, 3, 9], [4, 3]),
    ],
)
def test_a_hidden_cell_takes_the_next_smallest_with_it(sizes, expected):
    found = hidden(dict(enumerate(sizes)))
    assert sorted(sizes[place] for place in found) == sorted(expected)


@given(st.dictionaries(st.integers(0, 30), st.integers(0, 40)))
def test_nobody_can_be_found_by_subtraction(cells):
    found = hidden(cells)
    people = sum(cells[key] for key in found)
    assert all(cells[key] >= 5 for key in cells if key not in found and cells[key])
    others = [key for key in cells if cells[key] and key not in found]
    assert people == 0 or people >= 5 or not others


def test_the_change_of_the_specification_is_no_clear_change():
    found = change(Counted(26, 8, 50), Counted(34, 20, 80))
    assert found is not None
    assert abs(found.z) == pytest.approx(1.3399, abs=0.0001)
    assert found.p == pytest.approx(0.1803, abs=0.0001)
    assert found.difference == Decimal("-0.185")
    assert not found.is_clear


def test_a_large_change_of_many_answers_is_clear():
    found = change(Counted(100, 300, 500), Counted(300, 100, 500))
    assert found is not None
    assert found.is_clear


@pytest.mark.parametrize(
    ("before", "now"),
    [(Counted(0, 0, 0), Counted(1, 0, 2)), (Counted(3, 0, 3), Counted(4, 0, 4))],
)
def test_without_answers_or_without_variation_there_is_no_statement(before, now):
    assert change(before, now) is None
