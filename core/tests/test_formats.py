"""How figures read on pages, in both languages (04 §7)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats import count_compact, money_compact, money_full, signed


@pytest.mark.parametrize(
    ("amount", "chinese", "english"),
    [
        ("128430000", "¥1.28亿", "¥128.43M"),
        ("1284300", "¥128.4万", "¥1.28M"),
        ("412000", "¥41.2万", "¥412k"),
        ("8640", "¥8,640", "¥8,640"),
        ("-42000", "−¥4.2万", "−¥42k"),
        ("0", "¥0", "¥0"),
        ("9999.49", "¥9,999", "¥9,999"),
        ("9999.50", "¥1.0万", "¥10k"),
        ("999500", "¥100.0万", "¥1.00M"),  # not 1,000k
        ("99999999.50", "¥1.00亿", "¥100.00M"),
        ("99999600", "¥1.00亿", "¥100.00M"),  # not 10,000.0万
        ("1234567890123", "¥12,345.68亿", "¥1,234.57B"),
    ],
)
def test_money_in_a_list_is_short(amount: str, chinese: str, english: str):
    assert money_compact(Decimal(amount), chinese=True) == chinese
    assert money_compact(Decimal(amount), chinese=False) == english


def test_money_in_a_ledger_has_its_cents():
    assert money_full(Decimal("1284300.5")) == "¥1,284,300.50"
    assert money_full(Decimal("-0.005")) == "−¥0.01"
    assert money_full(Decimal("12"), "USD") == "$12.00"
    assert money_full(Decimal("12"), "JPY") == "JPY\u00a012.00"


def test_counts_are_short_too():
    assert (count_compact(3482, chinese=True), count_compact(3482, chinese=False)) == (
        "3,482",
        "3,482",
    )
    assert (count_compact(12_000, chinese=True), count_compact(12_000, chinese=False)) == (
        "1.2万",
        "12k",
    )


def test_a_change_always_carries_its_sign():
    assert [signed(Decimal(v)) for v in ("14.24", "-6.35", "0.04", "-0.04")] == [
        "+14.2",
        "−6.4",
        "0.0",
        "0.0",
    ]


_UNITS = {"亿": 10**8, "万": 10**4, "B": 10**9, "M": 10**6, "k": 10**3}


@given(st.decimals(0, 10**14, places=2), st.booleans())
def test_what_is_shown_is_close_to_the_amount(amount: Decimal, chinese: bool):
    shown = money_compact(amount, chinese=chinese).removeprefix("¥").replace(",", "")
    unit = _UNITS.get(shown[-1], 1)
    value = Decimal(shown.rstrip("亿万BMk")) * unit
    assert abs(value - amount) <= max(amount * Decimal("0.051"), Decimal("0.5"))
