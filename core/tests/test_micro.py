"""Micro pictures, held to the letter: they are in every list."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.templatetags.micro import forest, meter, ring, spark

numbers = st.decimals(-(10**9), 10**9, places=2)


def test_a_spark_rises_from_the_bottom_to_the_top():
    assert spark([Decimal(10), None, Decimal(20), Decimal(15)]) == (
        '<svg class="spark t-accent" width="84" height="22" viewBox="0 0 84 22" '
        'aria-hidden="true">'
        '<path class="sp-a" d="M2 19L42 3L82 11L82 22L2 22Z"/>'
        '<path class="sp-l" d="M2 19L42 3L82 11"/>'
        '<circle class="sp-d" cx="82" cy="11" r="2"/></svg>'
    )


@pytest.mark.parametrize("values", [[], [None], [5], [None, 5]])
def test_one_value_is_no_line(values):
    assert spark(values) == ""


def test_the_same_value_every_month_is_a_flat_line():
    assert 'd="M2 19L42 19L82 19"' in spark([3, 3, 3])


@given(st.lists(numbers, min_size=2, max_size=30))
def test_a_spark_stays_inside_its_picture(values):
    path = spark(values).split('class="sp-l" d="M')[1].split('"')[0]
    points = [point.split(" ") for point in path.split("L")]
    assert len(points) == len(values)
    assert all(2 <= float(x) <= 82 and 3 <= float(y) <= 19 for x, y in points)


def test_a_meter_fills_to_its_share_and_says_so():
    assert meter(Decimal(90), 200, "warn", "Limit used: 45 %") == (
        '<svg class="meter t-warn" width="100%" height="6" role="img" '
        'aria-label="Limit used: 45 %"><rect class="m-bg" width="100%" height="6" rx="3"/>'
        '<rect class="m-fg" width="45%" height="6" rx="3"/></svg>'
    )


@pytest.mark.parametrize(
    ("value", "limit", "width"), [(300, 200, "100"), (-5, 200, "0"), (5, 0, "0")]
)
def test_a_meter_never_leaves_its_frame(value, limit, width):
    assert f'class="m-fg" width="{width}%"' in meter(value, limit)


def test_an_unknown_value_has_no_meter():
    assert meter(None) == ""


def test_a_ring_is_filled_to_its_share_with_the_number_in_it():
    drawn = ring(42, "ok", "Health 42 of 100")
    assert 'stroke-dasharray="47.5 113.1"' in drawn
    assert 'text-anchor="middle">42</text>' in drawn
    assert 'aria-label="Health 42 of 100"' in drawn


def test_a_ring_without_a_value_is_empty_with_a_dash():
    assert 'stroke-dasharray="0 113.1"' in ring(None)
    assert ">—</text>" in ring(None)


def test_a_forest_row_has_its_value_its_interval_and_the_reference():
    drawn = forest((Decimal(20), Decimal(0), Decimal(40)), (-100, 100), Decimal(50))
    assert 'class="fl" x1="50%" x2="70%"' in drawn
    assert '<circle cx="60%"' in drawn
    assert 'class="split" x1="75%" x2="75%"' in drawn
    assert forest((None, None, None), (-100, 100)) == ""


def test_labels_are_escaped():
    assert "<b>" not in meter(1, 2, "ok", "<b>")
