"""Pages by position: every row exactly once, whatever the order, ties and gaps."""

import base64
import json
from decimal import Decimal

import pytest
from django.db.models import Count, F
from hypothesis import given
from hypothesis import strategies as st

from core.keyset import Order, decode, read_amount, read_page
from organization.models import Department, OrgUnit

pytestmark = pytest.mark.django_db


def _walk(queryset, order: Order, size: int) -> list[int]:
    seen, after = [], ""
    while True:
        page = read_page(queryset, order, after, size)
        assert len(page.rows) <= size
        seen += [row.pk for row in page.rows]
        if not page.next:
            return seen
        after = page.next


@pytest.fixture
def units(db: None) -> list[OrgUnit]:
    names = ["b", "a", "a", "c", "a", "b", "", "b"]
    return [
        OrgUnit.objects.create(code=f"U{n}", name=name, level="branch")
        for n, name in enumerate(names)
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9])
@pytest.mark.parametrize("descending", [False, True])
def test_every_row_comes_once_and_in_order(units, size: int, descending: bool):
    order = Order("name", tie="code", descending=descending, parse_tie=str)
    expected = sorted(units, key=lambda unit: (unit.name, unit.code), reverse=descending)
    assert _walk(OrgUnit.objects.all(), order, size) == [unit.pk for unit in expected]


@pytest.mark.parametrize("size", [1, 2, 3, 8])
@pytest.mark.parametrize("descending", [False, True])
def test_rows_without_a_value_come_last_either_way(units, size: int, descending: bool):
    for unit, day in zip(
        units, ["2026-01-02", None, "2026-01-01", None, "2026-01-02"], strict=False
    ):
        OrgUnit.objects.filter(pk=unit.pk).update(closed_on=day)
    order = Order("closed_on", descending=descending, nullable=True)
    u = [unit.pk for unit in units]
    with_day = [u[2], u[0], u[4]]
    expected = (with_day[::-1] if descending else with_day) + [u[1], u[3], u[5], u[6], u[7]]
    assert _walk(OrgUnit.objects.all(), order, size) == expected


def test_rows_that_come_and_go_do_not_shift_the_next_page(units):
    order = Order("name", tie="code", parse_tie=str)
    first = read_page(OrgUnit.objects.all(), order, "", 3)
    OrgUnit.objects.filter(pk__in=[row.pk for row in first.rows]).delete()
    OrgUnit.objects.create(code="A", name="", level="branch")  # before the position
    second = read_page(OrgUnit.objects.all(), order, first.next, 3)
    assert [row.code for row in second.rows] == ["U4", "U0", "U5"]


def test_a_counted_value_can_be_sorted_by(units):
    Department.objects.create(unit=units[3], kind="sales", name="S")
    counted = OrgUnit.objects.annotate(departments_n=Count("departments"))
    order = Order("departments_n", descending=True, parse=int)
    assert _walk(counted, order, 3)[0] == units[3].pk
    assert len(_walk(counted.annotate(x=F("code")), order, 3)) == 8


@given(st.text())
def test_a_position_that_is_none_begins_at_the_top(text: str):
    assert decode(text, Order("amount", parse=Decimal)) is None


@pytest.mark.parametrize(
    "value",
    [
        ["1", "2", "3"], {"a": 1}, ["x", 1], ["1", "x"], ["1\x00", "1"], ["\ud800", "1"], 7, [],
        ["1e999999", "1"], ["NaN", "1"], ["Infinity", "1"], ["1", str(2**63)], [None, str(2**63)],
    ],
)  # fmt: skip
def test_a_forged_position_begins_at_the_top(value: object):
    text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    assert decode(text, Order("amount", parse=read_amount)) is None
