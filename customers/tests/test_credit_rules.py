"""Integrity from evidence, ratios from yearly figures."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.models import CreditEvent
from customers.rules.integrity import POINTS, START, Evidence, integrity
from customers.rules.statements import Year, ratios

DAY = dt.date(2026, 3, 31)


def ago(days: int) -> dt.date:
    return DAY - dt.timedelta(days=days)


def test_without_evidence_there_is_no_score():
    assert integrity([], DAY).score is None
    assert integrity([Evidence("default", DAY + dt.timedelta(1))], DAY).score is None


@pytest.mark.parametrize(
    ("evidence", "score"),
    [
        ([Evidence("promise_kept", ago(10))], 73),
        ([Evidence("promise_kept", ago(10))] * 12, 100),
        ([Evidence("default", ago(10))], 45),
        ([Evidence("default", ago(10), settled=True)], 58),
        ([Evidence("default", ago(400))], 58),
        ([Evidence("default", ago(400), settled=True)], 64),
        ([Evidence("default", ago(1200))], 70),
        ([Evidence("court_entry", ago(1)), Evidence("default", ago(1))] * 2, 0),
        ([Evidence("promise_kept", ago(5), settled=True)], 73),
    ],
)
def test_what_evidence_comes_to(evidence: list[Evidence], score: int):
    assert integrity(evidence, DAY).score == score


def test_every_kind_of_event_has_its_points():
    assert set(POINTS) == set(CreditEvent.Kind.values)


pieces = st.builds(
    Evidence,
    kind=st.sampled_from(sorted(POINTS)),
    day=st.dates(ago(2000), ago(0)),
    settled=st.booleans(),
)


@given(st.lists(pieces, min_size=1, max_size=30), st.randoms())
def test_the_score_is_the_sum_of_what_is_shown_and_order_does_not_matter(pieces_, random):
    found = integrity(pieces_, DAY)
    kept = min(30, sum(point for point in found.points if point > 0))
    against = sum(point for point in found.points if point < 0)
    assert found.score == max(0, min(100, START + kept + against))
    shuffled = random.sample(pieces_, len(pieces_))
    assert integrity(shuffled, DAY).score == found.score


@given(st.lists(pieces, max_size=20), pieces.filter(lambda piece: POINTS[piece.kind] < 0))
def test_something_bad_never_helps(pieces_, bad):
    without, with_it = integrity(pieces_, DAY).score, integrity([*pieces_, bad], DAY).score
    assert (with_it or 0) <= (START if without is None else without)


def test_ratios_of_a_year():
    year = Year(2025, "CNY", *map(Decimal, ("200", "90", "330", "33", "9")))
    found = ratios(year, Year(2024, "CNY", revenue=Decimal(300)))
    assert (found.debt, found.margin, found.cash_cover, found.growth) == tuple(
        map(Decimal, ("0.45", "0.1", "0.1", "0.1"))
    )


@pytest.mark.parametrize(
    "before",
    [None, Year(2023, "CNY", revenue=Decimal(1)), Year(2024, "USD", revenue=Decimal(1)),
     Year(2024, "CNY"), Year(2024, "CNY", revenue=Decimal(0))],
)  # fmt: skip
def test_no_growth_across_a_gap_a_currency_or_nothing(before: Year | None):
    assert ratios(Year(2025, "CNY", revenue=Decimal(2)), before).growth is None


def test_what_is_missing_gives_no_ratio():
    found = ratios(Year(2025, "CNY", assets=Decimal(0), liabilities=Decimal(5)), None)
    assert (found.debt, found.margin, found.cash_cover) == (None, None, None)
