"""What one cell may hold, how people write it, and what they are told when it is wrong."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from core.tables import fields
from core.tables.errors import CellError
from core.tests.tables import Size

UTC = dt.UTC


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12.5", "12.5"),
        ("-0.01", "-0.01"),
        ("1,234,567.89", "1234567.89"),
        ("１２３．４５", "123.45"),  # full width
        ("￥99", "99"),
        ("¥1,000", "1000"),
        ("+7", "7"),
        ("−3", "-3"),  # the minus of typographers
        ("12.3400", "12.34"),
        ("0000000000000000000001.10", "1.10"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_money_is_read_as_people_write_it(written, amount):
    assert fields.money().parse(written) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("12.345", "more than 2 decimals"),
        ("NaN", "is not a number"),
        ("Infinity", "is not a number"),
        ("-inf", "is not a number"),
        ("1e999", "is not a number"),
        ("1_000", "is not a number"),
        ("1,23", "is not a number"),
        ("12,5", "is not a number"),
        ("1.2.3", "is not a number"),
        ("(5)", "is not a number"),
        ("abc", "is not a number"),
        ("0x1F", "is not a number"),
        ("10000000000000000", "too large"),
        ("9" * 100_000, "too large"),
    ],
)
def test_what_is_no_money_is_refused_with_a_reason(written, said):
    with pytest.raises(CellError, match=said) as caught:
        fields.money().parse(written)
    assert len(str(caught.value)) < 200


def test_a_negative_amount_is_refused_only_where_it_makes_no_sense():
    assert fields.money().parse("-5") == -5
    with pytest.raises(CellError, match="-5 is negative"):
        fields.money(minimum=0).parse("-5")


def test_weights_have_three_decimals_and_counts_none():
    assert fields.number(3).parse("0.125") == Decimal("0.125")
    assert fields.integer().parse("5.0") == 5
    assert type(fields.integer().parse("5")) is int
    with pytest.raises(CellError, match="not a whole number"):
        fields.integer().parse("5.5")
    with pytest.raises(CellError, match="more than"):
        fields.integer(1, 5).parse("6")
    with pytest.raises(CellError, match="less than"):
        fields.integer(-2, 2).parse("-3")


@given(st.decimals(-(10**15), 10**15, places=2, allow_nan=False))
def test_money_written_and_read_again_is_the_same_to_the_cent(amount):
    assert fields.money().parse(fields.money().write(amount)) == amount


def test_written_numbers_have_their_decimals_half_up_and_no_minus_zero():
    assert fields.money().write(Decimal("2.345")) == "2.35"
    assert fields.money().write(3) == "3.00"
    assert fields.money().write(Decimal("-0.001")) == "0.00"
    assert fields.rate().write(Decimal(1) / 3) == "0.333333"
    assert fields.rate().write(0.5) == "0.500000"


@pytest.mark.parametrize(
    "written",
    ["2025-09-01", "2025/9/1", "2025/09/01", "20250901", "2025.9.1", "2025年9月1日",
     "2025-09-01 00:00:00", "2025-09-01T00:00:00", "２０２５-９-１"],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(written):
    assert fields.date().parse(written) == dt.date(2025, 9, 1)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2025-02-29", "not a day of the calendar"),
        ("2025/13/1", "not a day of the calendar"),
        ("01/09/2025", "not a date"),
        ("2025-W01-1", "not a date"),
        ("45901", "not a date"),
        ("2025-09-01 08:00:00", "not a date"),
        ("0025-09-01", "impossible year"),
        ("99990101", "impossible year"),
        ("tomorrow", "not a date"),
    ],
)
def test_what_is_no_day_is_refused_with_an_example(written, said):
    with pytest.raises(CellError, match=said):
        fields.date().parse(written)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-09-01 08:00", dt.datetime(2025, 9, 1, 0, 0, tzinfo=UTC)),
        ("2025-09-01 08:00:30", dt.datetime(2025, 9, 1, 0, 0, 30, tzinfo=UTC)),
        ("2025-09-01T08:00:30.250", dt.datetime(2025, 9, 1, 0, 0, 30, 250_000, tzinfo=UTC)),
        ("2025/9/1 8:00", dt.datetime(2025, 9, 1, 0, 0, tzinfo=UTC)),
        ("2025-09-01", dt.datetime(2025, 8, 31, 16, 0, tzinfo=UTC)),
        ("2025-09-01T08:00:00Z", dt.datetime(2025, 9, 1, 8, 0, tzinfo=UTC)),
        ("2025-09-01T08:00:00+02:00", dt.datetime(2025, 9, 1, 6, 0, tzinfo=UTC)),
        ("2025/9/1 8:00+0800", dt.datetime(2025, 9, 1, 0, 0, tzinfo=UTC)),
        ("２０２５/９/１ ８：００", dt.datetime(2025, 9, 1, 0, 0, tzinfo=UTC)),
        # Summer time in Shanghai, as it was in 1988.
        ("1988-07-01 09:00", dt.datetime(1988, 7, 1, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_shanghai_time(written, moment):
    parsed = fields.datetime().parse(written)
    assert parsed == moment
    assert parsed.utcoffset() == dt.timedelta(0)


@pytest.mark.parametrize(
    "written",
    ["2025-09-01 25:00", "2025-09-31 08:00", "8:00", "0001-01-01 00:00", "2025-09-01 8 am"],
)
def test_what_is_no_time_is_refused(written):
    with pytest.raises(CellError):
        fields.datetime().parse(written)


@given(st.timedeltas(dt.timedelta(0), dt.timedelta(days=75_000)))
def test_a_moment_written_and_read_again_is_the_same(later):
    kind, moment = fields.datetime(), dt.datetime(1992, 1, 1, tzinfo=UTC) + later
    assert kind.write(moment)[-6:] == "+08:00"
    assert kind.parse(kind.write(moment)) == moment


@pytest.mark.parametrize("written", ["l", "L", "Sunday", "sunday", "星期日", "ｌ"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_choice_is_known_by_value_and_by_label_in_both_languages(written, language):
    with override(language):
        assert fields.choice(Size).parse(written) == "l"


def test_an_unknown_choice_is_answered_with_those_that_exist():
    with pytest.raises(CellError, match="“huge” is not one of: s, l"):
        fields.choice(Size).parse("huge")


@pytest.mark.parametrize(
    ("written", "truth"),
    [("true", True), ("YES", True), ("1", True), ("是", True), ("１", True),
     ("false", False), ("No", False), ("0", False), ("否", False)],
)  # fmt: skip
def test_yes_and_no_in_both_languages(written, truth):
    assert fields.boolean().parse(written) is truth


def test_neither_yes_nor_no():
    with pytest.raises(CellError, match="neither yes nor no"):
        fields.boolean().parse("perhaps")


def test_codes_keep_leading_zeros_and_eighteen_digits():
    assert fields.code().parse("007") == "007"
    assert fields.code().parse("123456789012345678") == "123456789012345678"
    assert fields.code().parse("甲-1") == "甲-1"


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        (fields.code(), "x" * 101, "101 characters, at most 100"),
        (fields.code(), "A\u200b1", "invisible character"),
        (fields.code(), "A\ufeff1", "invisible character"),
        (fields.text(), "a\nb", "line break"),
        (fields.text(), "a\x07b", "invisible character"),
        (fields.text(), "a\ud800b", "invisible character"),
        (fields.long_text(), "a\x00b", "invisible character"),
    ],
)
def test_text_that_cannot_be_stored_or_seen_is_refused(kind, written, said):
    with pytest.raises(CellError, match=said):
        kind.parse(written)


def test_ordinary_text_stays_as_written():
    assert fields.text().parse("上海\u3000（集团）") == "上海\u3000（集团）"
    assert fields.long_text().parse("one\r\n\ttwo") == "one\r\n\ttwo"


def test_tags_are_split_at_western_and_chinese_marks_and_kept_once():
    assert fields.tags().parse("vip, 冷链；vip、 大客户,") == ["vip", "冷链", "大客户"]


def test_currencies_are_three_letters():
    assert fields.currency().parse("ｃｎｙ") == "CNY"
    with pytest.raises(CellError, match="three letters"):
        fields.currency().parse("RMB元")


@pytest.mark.parametrize(
    ("field", "hint"),
    [
        (fields.code(50), "text of at most 50 characters"),
        (fields.money(minimum=0), "a number with up to 2 decimals, 0 or more"),
        (fields.number(6, 9, minimum=0, maximum=1), "a number with up to 6 decimals, from 0 to 1"),
        (fields.integer(1, 5), "a whole number, from 1 to 5"),
        (fields.integer(), "a whole number, 0 or more"),
        (fields.choice(Size), "s, l"),
        (fields.date(), "a day, such as 2026-03-31"),
    ],
)
def test_a_column_says_what_it_takes(field, hint):
    assert field.hint() == hint
    assert all(
        kind.hint()
        for kind in (
            *(fields.text(), fields.long_text(), fields.tags(), fields.boolean()),
            *(fields.currency(), fields.datetime(), fields.rate()),
        )
    )
