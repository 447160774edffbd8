"""Moves of the night, and sums by unit, manager and tier that stay true when customers move."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import as_role
from core.context import acting
from core.models import Version
from customers.models import Customer
from segmentation.jobs import write_moves, write_portfolios
from segmentation.models import Figures, Move, Portfolio
from segmentation.tests.make import AT_ONCE, night, owe, pay, publish, ship
from surveys.models import Answer, Response, Survey
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 31)
SUMS = (
    "revenue_12m", "revenue_prev_12m", "revenue_3m", "revenue_prev_3m", "revenue_3m_year_ago",
    "revenue_month", "revenue_month_year_ago", "promised", "on_time",
)  # fmt: skip


def published(day: dt.date = DAY) -> int:
    Version.objects.filter(status="published").update(status="superseded", is_current=False)
    version = night(day)
    publish(version)
    write_portfolios(version)
    return version


def seen_by(user, *names: str) -> tuple:
    """Sums over what the person sees, as the web reads them."""
    with acting(user_id=user.pk, actor=user.username), as_role("crm_app"):
        sums = Portfolio.objects.visible_to(user).filter(version__is_current=True)
        found = sums.aggregate(**{n: Sum(n) for n in names})
    return tuple(found[name] for name in names)


def said(customer: Customer, day: str, *scores: int) -> None:
    survey, _created = Survey.objects.get_or_create(code="S", defaults={"name": "S"})
    for number, score in enumerate(scores):
        response = Response.objects.create(
            response_no=f"{customer.code}-{day}-{number}", survey=survey, customer=customer,
            answered_at=f"{day}T12:00+08:00",
        )  # fmt: skip
        Answer.objects.create(response=response, customer=customer, question="nps", value=score)


def test_everybody_reads_the_sums_of_their_own_customers(cast: Cast):
    for customer, revenue in ((cast.acme, 100), (cast.bolt, 20), (cast.wolf, 3)):
        ship(customer, "2026-03-10", revenue)
    published()
    names = ("customers", "revenue_12m")
    assert seen_by(cast.alice, *names) == (1, 100)
    assert seen_by(cast.olga, *names) == seen_by(cast.fiona, *names) == (2, 120)
    assert seen_by(cast.walter, *names) == (1, 3)
    assert seen_by(cast.greta, *names) == (3, 123)
    assert seen_by(cast.adam, *names) == (None, None)


def test_recommendation_counts_the_answers_of_ninety_days(cast: Cast):
    said(cast.acme, "2026-01-01", 10, 9, 8, 7, 6, 0)
    said(cast.acme, "2025-12-31", 0)
    said(cast.acme, "2026-04-01", 0)
    published()
    names = ("nps_answers", "nps_promoters", "nps_detractors")
    assert seen_by(cast.alice, *names) == (6, 2, 2)


def test_what_is_due_is_summed_by_currency(cast: Cast):
    pay(owe(cast.acme, 100, "2026-01-01", "2026-02-01"), 60, "2026-02-01")
    owe(cast.bolt, 50, "2026-01-01", "2026-02-01", currency="USD")
    published()
    rows = Portfolio.objects.exclude(due=0).order_by("receivables_currency")
    assert list(rows.values_list("receivables_currency", "due", "collected")) == [
        ("CNY", 100, 60),
        ("USD", 50, 0),
    ]


def test_a_customer_that_moves_takes_its_sums_along(cast: Cast):
    ship(cast.acme, "2026-03-10", 100)
    said(cast.acme, "2026-03-01", 10)
    published()
    Customer.objects.filter(code="ACME").update(
        org_unit=cast.west_outlet, account_manager=cast.wendy
    )
    names = ("customers", "revenue_12m", "nps_promoters")
    assert seen_by(cast.alice, *names) == (0, 0, 0)
    assert seen_by(cast.olga, *names) == (1, 0, 0)
    assert seen_by(cast.walter, *names) == seen_by(cast.wendy, *names) == (2, 100, 1)


def test_before_the_first_night_a_move_has_nothing_to_follow(cast: Cast):
    Customer.objects.filter(code="ACME").update(org_unit=cast.west_outlet)
    version = night(DAY)
    publish(version)
    Customer.objects.filter(code="ACME").update(org_unit=cast.east_outlet)
    assert not Portfolio.objects.exists()


MOVES = st.lists(
    st.tuples(st.sampled_from(["acme", "bolt", "wolf"]), st.booleans(), st.booleans()), max_size=6
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_the_sums_equal_the_figures_whoever_moved_where(cast: Cast, moves):
    for number, customer in enumerate((cast.acme, cast.bolt, cast.wolf)):
        ship(
            customer, "2026-03-10", 10**number, promised_at="2026-03-12", delivered_at="2026-03-11"
        )
        ship(customer, "2025-03-10", 3 * 10**number)
    version = published()
    for name, east, managed in moves:
        Customer.objects.filter(code=name.upper()).update(
            org_unit=cast.east_outlet if east else cast.west_outlet,
            account_manager=cast.bob if managed else None,
        )
    for user in (cast.bob, cast.olga, cast.walter, cast.greta):
        visible = Customer.objects.visible_to(user).values("pk")
        figures = Figures.objects.filter(version=version, customer__in=visible)
        expected = figures.aggregate(**{name: Sum(name) for name in SUMS})
        zero = tuple(expected[name] or Decimal(0) for name in SUMS)
        assert tuple(value or 0 for value in seen_by(user, *SUMS)) == zero


def test_a_move_is_against_the_last_night_before(cast: Cast):
    ship(cast.acme, "2026-03-10", 300_000)
    first = night(DAY, AT_ONCE)
    publish(first)
    assert write_moves(DAY, first) == 0
    ship(cast.acme, "2026-04-01", 3_000_000)
    Version.objects.update(is_current=False)
    second = night(dt.date(2026, 4, 1), AT_ONCE)
    assert write_moves(dt.date(2026, 4, 1), second) == 1
    move = Move.objects.get()
    assert (move.customer, move.tier_before, move.tier) == (cast.acme, "medium", "large")
    assert move.revenue_12m == 3_300_000
    publish(second)
    again = night(dt.date(2026, 4, 1), AT_ONCE)
    assert write_moves(dt.date(2026, 4, 1), again) == 1  # not against itself
