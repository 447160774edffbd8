"""ABC classes: equal customers are treated alike."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.rules import shown_rate
from segmentation.rules.abc_classes import abc_by_count, abc_by_value, abc_reason

A, B = Decimal("0.80"), Decimal("0.95")


def customers(*values):
    return {f"C{place:03}": Decimal(value) for place, value in enumerate(values)}


def classes(*values):
    return "".join(each.abc_class for each in abc_by_value(customers(*values)).values())


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((850, 80, 40, 20, 10), "ABBCC"),
        ((100, 100, 100, 100, 100), "AAAAA"),
        ((80, 15, 5), "ABC"),
        ((0, 0, 0), "NNN"),
        ((5,), "A"),
        ((5, 80, 15), "CAB"),
        (("79.99", "15.01", 5), "AAC"),
        ((10, -5, 0), "ANN"),
    ],
)
def test_classes_by_the_share_held_above(values, expected):
    assert classes(*values) == expected


def test_other_cuts():
    values = customers(50, 30, 20)
    found = abc_by_value(values, Decimal("0.50"), Decimal("0.81"))
    assert [each.abc_class for each in found.values()] == ["A", "B", "B"]


def test_shares_shown_beside_the_class():
    found = abc_by_value({**customers("850", "80", "40", "20", "10", "0", "-7.50"), "new": None})
    shown = [
        (each.abc_class, str(shown_rate(each.value_share)), str(shown_rate(each.cumulative_share)))
        for each in found.values()
    ]
    assert shown == [
        ("A", "0.850000", "0.000000"),
        ("B", "0.080000", "0.850000"),
        ("B", "0.040000", "0.930000"),
        ("C", "0.020000", "0.970000"),
        ("C", "0.010000", "0.990000"),
        ("N", "0.000000", "1.000000"),
        ("N", "0.000000", "1.000000"),
        ("N", "None", "None"),
    ]
    assert found["C006"].value == Decimal("-7.50")


def test_when_nobody_has_value_the_shares_are_null():
    found = abc_by_value(customers(0, "-1.00"))
    assert {(each.value_share, each.cumulative_share) for each in found.values()} == {(None, None)}
    assert abc_by_value({}) == {}


def test_a_value_of_fractions_of_a_cent_is_a_mistake():
    with pytest.raises(ValueError, match="more than two decimals"):
        abc_by_value(customers("1.001"))


def test_the_reason_names_the_cut():
    found = abc_by_value(customers(80, 15, 5, 0))
    assert [abc_reason(each, A, B) for each in found.values()] == [
        {"code": "abc_a", "cumulative_share": "0.000000", "cut": "0.80"},
        {"code": "abc_b", "cumulative_share": "0.800000", "cut": "0.95"},
        {"code": "abc_c", "cumulative_share": "0.950000", "cut": "0.95"},
        {"code": "abc_n", "value": "0"},
    ]
    unknown = abc_by_value({"C": None})["C"]
    assert abc_reason(unknown, A, B) == {"code": "abc_n", "value": None}


values_of_many = st.lists(
    st.one_of(
        st.decimals(Decimal("-100.00"), Decimal("10000.00"), places=2),
        st.sampled_from([Decimal("0.01"), Decimal("80.00"), Decimal("15.00"), Decimal("5.00")]),
    ),
    max_size=30,
)


@given(values_of_many)
@settings(max_examples=200)
def test_the_law_of_the_classes(values):
    found = abc_by_value(customers(*values)).values()
    total = sum(Fraction(value) for value in values if value > 0)
    for value, result in zip(values, found, strict=True):
        above = sum(Fraction(each) for each in values if each > max(value, 0))
        if value <= 0:
            assert result.abc_class == "N"
        else:
            expected = "A" if above / total < Fraction(4, 5) else None
            expected = expected or ("B" if above / total < Fraction(19, 20) else "C")
            assert result.abc_class == expected
    ranked = [each.abc_class for each in sorted(found, key=lambda each: -each.value)]
    assert ranked == sorted(ranked)
    if total:
        assert ranked[0] == "A"
        assert abs(sum(each.value_share for each in found) - 1) < Decimal("1e-20")


@given(values_of_many, st.randoms())
def test_the_order_of_customers_does_not_matter(values, random):
    given_order = customers(*values)
    codes = list(given_order)
    random.shuffle(codes)
    assert abc_by_value({code: given_order[code] for code in codes}) == abc_by_value(given_order)


def by_count(values, **settings_):
    return "".join(each or "-" for each in abc_by_count(customers(*values), **settings_).values())


def test_twenty_customers_are_one_three_and_sixteen():
    assert by_count(range(20, 0, -1)) == "A" + "BBB" + "C" * 16


def test_the_top_is_rounded_up():
    assert by_count(range(21, 0, -1)) == "AA" + "BBB" + "C" * 16
    assert by_count(range(40, 0, -1)) == "AA" + "B" * 6 + "C" * 32


def test_ties_are_pulled_up():
    assert by_count([9, 9, 9] + [5] * 4 + [1] * 13) == "AAA" + "BBBB" + "C" * 13
    assert by_count([7] * 20) == "A" * 20


def test_with_fewer_than_twenty_there_are_amount_bands_only():
    assert by_count(range(19)) == "-" * 19
    assert by_count(range(4, 0, -1), minimum=4) == "ACCC"
    assert by_count([]) == ""


def test_other_shares_of_heads():
    shares = {"a": Decimal("0.10"), "b": Decimal("0.40")}
    assert by_count(range(20, 0, -1), **shares) == "AA" + "B" * 8 + "C" * 10


@given(st.lists(st.integers(0, 12), min_size=20, max_size=90))
def test_equal_customers_never_differ_by_head_count(values):
    found = abc_by_count(customers(*values))
    pairs = sorted(zip(values, found.values(), strict=True), key=lambda pair: -pair[0])
    assert [name for _value, name in pairs] == sorted(name for _value, name in pairs)
    assert len(set(pairs)) == len(set(values))
    assert pairs[0][1] == "A"
    assert sum(name == "A" for _value, name in pairs) >= -(-len(values) // 20)
