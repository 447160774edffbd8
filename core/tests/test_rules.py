"""Business days, windows, money and rates, as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import rules

DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
AMOUNTS = st.decimals(-(10**15), 10**15, places=2)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 1, 15), -1, date(2024, 12, 15)),
        (date(2024, 2, 29), -12, date(2023, 2, 28)),
        (date(2018, 8, 31), -12, date(2017, 8, 31)),
        (date(2025, 5, 20), 0, date(2025, 5, 20)),
    ],
)
def test_a_month_later_is_clamped_to_the_month(day, months, expected):
    assert rules.add_months(day, months) == expected


def test_twelve_months_to_the_end_of_august():
    months = rules.window(date(2018, 8, 31))
    assert (months.after, months.first, months.until) == (
        date(2017, 8, 31),
        date(2017, 9, 1),
        date(2018, 8, 31),
    )
    assert date(2017, 8, 31) not in months
    assert date(2017, 9, 1) in months
    assert date(2018, 8, 31) in months
    assert date(2018, 9, 1) not in months


@given(DAYS)
def test_the_two_windows_touch_and_never_overlap(day):
    now, before = rules.window(day), rules.previous_window(day)
    assert before.until == now.after
    assert before.after == rules.add_months(day, -24)
    assert before.until in before
    assert before.until not in now
    assert now.first == before.until + timedelta(days=1)


def test_the_business_day_is_the_one_in_shanghai():
    assert rules.business_date(datetime(2025, 9, 30, 15, 59, 59, tzinfo=UTC)) == date(2025, 9, 30)
    assert rules.business_date(datetime(2025, 9, 30, 16, 0, tzinfo=UTC)) == date(2025, 10, 1)


def test_a_moment_without_a_zone_has_no_business_day():
    with pytest.raises(ValueError, match="no time zone"):
        rules.business_date(datetime(2025, 9, 30, 12, 0))  # noqa: DTZ001  # naive on purpose


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1.005", "1.01"),
        ("1.004999", "1.00"),
        ("-1.005", "-1.01"),
        ("-0.004", "0.00"),
        (7, "7.00"),
        ("9999999999999999.994", "9999999999999999.99"),
    ],
)
def test_money_has_two_decimals_half_up(written, shown):
    assert str(rules.money(written)) == shown


def test_money_is_never_a_float_or_not_a_number():
    with pytest.raises(TypeError, match="float"):
        rules.money(0.1)
    with pytest.raises(ValueError, match="NaN is not an amount"):
        rules.money("NaN")
    with pytest.raises(ValueError, match="Infinity is not an amount"):
        rules.money("Infinity")


def test_cents_are_exact_or_refused():
    assert rules.cents(Decimal("-12.34")) == -1234
    assert rules.cents(Decimal("5")) == 500
    with pytest.raises(ValueError, match="more than two decimals"):
        rules.cents(Decimal("0.001"))


@pytest.mark.parametrize(
    ("total", "portions", "parts"),
    [
        ("10000.01", [30, 30, 40], ["3000.00", "3000.00", "4000.01"]),
        ("0.01", [1, 1, 1], ["0.01", "0.00", "0.00"]),
        ("0.05", [1, 1, 1], ["0.02", "0.02", "0.01"]),
        ("-0.05", [1, 1, 1], ["-0.02", "-0.02", "-0.01"]),
        ("100.00", [Decimal("0.5"), 0, Decimal("0.5")], ["50.00", "0.00", "50.00"]),
        ("0.00", [1, 2], ["0.00", "0.00"]),
    ],
)
def test_portions_by_largest_remainder_the_earlier_line_first(total, portions, parts):
    assert [str(part) for part in rules.split_money(Decimal(total), portions)] == parts


@pytest.mark.parametrize("portions", [[], [0, 0], [1, -1], [2, -1]])
def test_nothing_is_split_over_nothing(portions):
    with pytest.raises(ValueError, match="portions"):
        rules.split_money(Decimal("1.00"), portions)


@given(AMOUNTS, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_the_parts_sum_to_the_total_and_are_a_cent_off_at_most(total, portions):
    parts = rules.split_money(total, portions)
    assert sum(parts) == total
    for part, portion in zip(parts, portions, strict=True):
        assert abs(part * sum(portions) - total * portion) < Decimal("0.01") * sum(portions)
        assert portion or part == 0


def test_a_rate_of_nothing_is_null():
    assert rules.rate(3, 0) is None
    assert rules.rate(None, 4) is None
    assert rules.rate(3, None) is None
    assert rules.rate(0, 4) == 0
    assert rules.rate(1, 4) == Decimal("0.25")


def test_rates_are_rounded_once_half_up():
    assert str(rules.percent(rules.rate(1, 32))) == "3.13"
    assert str(rules.percent(rules.rate(14, 24))) == "58.33"
    assert str(rules.percent(rules.rate(1, 8), 0)) == "13"
    assert str(rules.shown_rate(Decimal("0.1234565"))) == "0.123457"
    assert str(rules.shown_rate(Decimal("-0.0000001"))) == "0.000000"
    assert rules.percent(None) is None
    assert rules.shown_rate(None) is None


def test_a_refusal_keeps_its_sentence_and_its_facts():
    error = rules.RuleError(rules.gettext_noop("Line %(line)s is void."), {"line": "L1"})
    assert str(error) == "Line L1 is void."
    assert (error.message, error.params) == ("Line %(line)s is void.", {"line": "L1"})
    assert str(rules.RuleError("Only 50 % is left.".replace("%", "%%"))) == "Only 50 % is left."
