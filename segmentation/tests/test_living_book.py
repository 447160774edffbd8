"""Nights come by themselves only for a company at work."""

import datetime as dt

import pytest

from contracts.models import PlanLine
from core.nights import is_living_book
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 31)


def line(cast: Cast, due_on: dt.date) -> None:
    PlanLine.objects.create(
        line_no=f"L{due_on}",
        customer=cast.acme,
        issued_on=due_on,
        due_on=due_on,
        original_due_on=due_on,
        amount=1,
        currency="CNY",
    )


def test_an_empty_company_is_not_at_work(cast: Cast):
    assert not is_living_book(TODAY)


@pytest.mark.parametrize(("days_ago", "living"), [(0, True), (31, True), (32, False)])
def test_a_month_without_anything_is_the_end(cast: Cast, days_ago: int, living: bool):
    line(cast, TODAY - dt.timedelta(days=days_ago))
    assert is_living_book(TODAY) is living
