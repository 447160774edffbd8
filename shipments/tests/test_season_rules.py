"""Season, outlook, spans and places: worked by hand, and against pandas."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipments.rules.months import month_number
from shipments.rules.periods import Span, own_span, span_of
from shipments.rules.places import Scope, known_places
from shipments.rules.seasonal import outlook, quantile, season_free, variation

PLACES = known_places(
    [
        ("杭州市", "浙江省"),
        ("宁波市", "浙江省"),
        ("市辖区", "上海市"),
        ("吉林市", "吉林省"),
        ("深圳市", "广东省"),
        ("南宁市", "广西壮族自治区"),
    ]
)


@given(values=st.lists(st.integers(1, 10_000), min_size=24, max_size=60), first=st.integers(0, 11))
def test_season_is_what_pandas_finds(values: list[int], first: int):
    found = season_free([Decimal(value) for value in values], first)
    series = pd.Series(values, dtype=float)
    trend = series.rolling(12).mean().rolling(2).mean().shift(-6)
    months = [(first + index) % 12 for index in range(len(values))]
    raw = (series / trend).groupby(months).mean()
    expected = series / pd.Series(months).map(raw / raw.mean())
    assert found is not None
    assert [float(value) for value in found.adjusted if value is not None] == pytest.approx(
        expected.tolist()
    )
    known = [float(value) for value in found.trend if value is not None]
    assert known == pytest.approx(trend.dropna().tolist())
    assert sum(found.factors) == pytest.approx(12)


def test_a_steady_series_with_one_high_month_has_no_season_left():
    year = [Decimal(100)] * 11 + [Decimal(220)]
    found = season_free(year * 3, 0)
    assert found is not None
    assert {round(value, 6) for value in found.adjusted if value is not None} == {Decimal(110)}
    assert found.factors[11] == pytest.approx(Decimal(2))
    assert season_free(year[:11] + year, 0) is None


def test_the_outlook_carries_last_years_quarter_on():
    first_year = [Decimal(value) for value in (10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120)]
    grown = [value * Decimal("1.1") for value in first_year]
    found = outlook([*first_year, *grown])
    assert found is not None
    assert (found.growth, found.tries) == (Decimal("1.1"), 7)
    assert found.months == (Decimal("12.1"), Decimal("24.2"), Decimal("36.3"))
    assert found.low == found.high == found.total  # the past was always met exactly
    assert found.error == 0
    assert outlook(first_year) is None


def test_an_outlook_that_was_tried_too_seldom_has_no_interval():
    found = outlook([Decimal(10)] * 18)
    assert found is not None
    assert (found.tries, found.low, found.error) == (1, None, None)


def test_quantiles_and_variation():
    assert quantile([Decimal(4), Decimal(1), Decimal(3), Decimal(2)], Decimal("0.5")) == Decimal(
        "2.5"
    )
    assert variation([Decimal(1), Decimal(3)]) == Decimal("0.5")
    assert variation([Decimal(0)]) is None


@pytest.mark.parametrize(
    ("day", "name", "first", "last"),
    [
        ("2026-05-30", "12m", "2025-05", "2026-04"),
        ("2026-05-31", "12m", "2025-06", "2026-05"),
        ("2026-05-30", "month", "2026-04", "2026-04"),
        ("2026-05-30", "quarter", "2026-01", "2026-03"),
        ("2026-01-15", "year", "2025-01", "2025-12"),
        ("2026-02-15", "year", "2026-01", "2026-01"),
        ("2026-02-15", "last_year", "2025-01", "2025-12"),
    ],
)
def test_named_spans_are_whole_months(day: str, name: str, first: str, last: str):
    assert span_of(name, dt.date.fromisoformat(day)) == own_span(last, first)


def test_a_span_is_compared_with_what_does_not_overlap_it():
    span = Span(month_number(dt.date(2025, 3, 1)), month_number(dt.date(2026, 5, 1)))
    assert span.compared("year") == span.earlier(24)
    assert span.compared("before") == span.earlier(15)
    assert own_span("2025-13", "2025-01") is None
    assert own_span("", "") is None


@pytest.mark.parametrize(
    ("text", "city", "province"),
    [
        ("浙江省杭州市余杭区", "杭州", "浙江省"),
        ("杭州", "杭州", "浙江省"),
        (" 浙江 杭州 ", "杭州", "浙江省"),
        ("上海市浦东新区", "上海", "上海市"),
        ("上海", "上海", "上海市"),
        ("吉林省吉林市", "吉林", "吉林省"),
        ("广西南宁", "南宁", "广西壮族自治区"),
        ("浙江省", "浙江", "浙江省"),
        ("SP", "SP", ""),
        ("", "", ""),
    ],
)
def test_texts_are_read_as_cities(text: str, city: str, province: str):
    found = PLACES.place(text)
    assert (found.city, found.province) == (city, province)


@pytest.mark.parametrize(
    ("origin", "destination", "scope"),
    [
        ("浙江省杭州市", "杭州", Scope.CITY),
        ("杭州", "宁波市", Scope.REGIONAL),
        ("杭州", "深圳", Scope.NATIONAL),
        ("杭州", "香港", Scope.CROSS_BORDER),
        ("SP", "SP", Scope.CITY),
        ("SP", "RJ", Scope.UNKNOWN),
        ("杭州", "", Scope.UNKNOWN),
    ],
)
def test_how_far_it_is(origin: str, destination: str, scope: Scope):
    assert PLACES.scope(origin, destination) is scope
