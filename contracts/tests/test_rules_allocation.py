"""Which lines a receipt pays, and that not a cent is lost or made on the way."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.allocation import (
    AllocationError,
    OpenLine,
    Receipt,
    check_allocation,
    plan_receipt,
    reversal,
)
from contracts.rules.ledger import Allocation

JULY = date(2025, 7, 1)
ISSUED = date(2025, 1, 1)


def line(line_no, due_on, remainder, *, issued_on=ISSUED, currency="CNY", is_void=False):
    return OpenLine(line_no, issued_on, due_on, Decimal(remainder), currency, is_void)


def receipt(amount, line_no=None, *, on=JULY, currency="CNY"):
    return Receipt(on, Decimal(amount), currency, line_no)


def booked(plan):
    return [(row.line_no, str(row.amount)) for row in plan.rows]


JUNE_LINE = line("L3", date(2025, 6, 30), "30.00")
AUGUST_LINE = line("L1", date(2025, 8, 15), "40.00")
ALSO_AUGUST = line("L2", date(2025, 8, 15), "50.00")
THREE_LINES = [ALSO_AUGUST, JUNE_LINE, AUGUST_LINE]


def test_oldest_due_first_then_by_line_number():
    plan = plan_receipt(receipt("75.00"), THREE_LINES)
    assert booked(plan) == [("L3", "30.00"), ("L1", "40.00"), ("L2", "5.00")]
    assert plan.unallocated == 0


def test_the_named_line_comes_first_and_the_rest_is_oldest_due_first():
    plan = plan_receipt(receipt("60.00", "L2"), THREE_LINES)
    assert booked(plan) == [("L2", "50.00"), ("L3", "10.00")]


def test_a_named_line_that_is_paid_lets_the_money_pass_on():
    paid = line("L9", date(2025, 5, 1), "0.00")
    assert booked(plan_receipt(receipt("5.00", "L9"), [paid, JUNE_LINE])) == [("L3", "5.00")]


def test_what_no_line_needs_stays_credit():
    plan = plan_receipt(receipt("130.00"), THREE_LINES)
    assert plan.unallocated == Decimal("10.00")
    assert plan_receipt(receipt("0.50"), []).unallocated == Decimal("0.50")
    assert plan_receipt(receipt("8.00"), []).unallocated == Decimal("8.00")


def test_void_lines_and_other_currencies_are_passed_over():
    void = line("L0", date(2025, 1, 31), "10.00", is_void=True)
    dollars = line("L00", date(2025, 1, 31), "10.00", currency="USD")
    assert booked(plan_receipt(receipt("30.00"), [void, dollars, JUNE_LINE])) == [("L3", "30.00")]


@pytest.mark.parametrize(
    ("named", "why"),
    [
        (line("L7", JULY, "5.00", is_void=True), "Line L7 is void"),
        (line("L7", JULY, "5.00", currency="USD"), "Line L7 is in USD, the money in CNY"),
        (line("L8", JULY, "5.00"), "no plan line L7"),
    ],
)
def test_naming_a_line_that_cannot_take_the_money_is_refused(named, why):
    with pytest.raises(AllocationError, match=why):
        plan_receipt(receipt("5.00", "L7"), [named, JUNE_LINE])


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_a_receipt_is_more_than_nothing(amount):
    with pytest.raises(AllocationError, match="A receipt must be more than 0"):
        plan_receipt(receipt(amount), THREE_LINES)


def test_a_row_is_dated_on_the_receipt_or_on_the_issue_of_a_later_line():
    later = line("L5", date(2025, 6, 1), "10.00", issued_on=date(2025, 7, 2))
    same_day = line("L6", date(2025, 9, 1), "10.00", issued_on=JULY)
    plan = plan_receipt(receipt("15.00"), [later, same_day])
    assert plan.rows == (
        Allocation("L6", Decimal("10.00"), JULY),
        Allocation("L5", Decimal("5.00"), date(2025, 7, 2)),
    )


def test_by_hand_a_line_takes_its_remainder_and_no_cent_more():
    check_allocation(JUNE_LINE, Decimal("30.00"), "CNY")
    check_allocation(JUNE_LINE, Decimal("0.01"), "CNY")
    with pytest.raises(AllocationError, match=r"Line L3 has only 30\.00 left"):
        check_allocation(JUNE_LINE, Decimal("30.01"), "CNY")


@pytest.mark.parametrize(
    ("target", "amount", "currency", "why"),
    [
        (JUNE_LINE, "0.00", "CNY", "more than 0"),
        (JUNE_LINE, "-5.00", "CNY", "more than 0"),
        (JUNE_LINE, "5.00", "USD", "in CNY, the money in USD"),
        (line("L4", JULY, "5.00", is_void=True), "5.00", "CNY", "void"),
    ],
)
def test_by_hand_what_does_not_fit_is_refused(target, amount, currency, why):
    with pytest.raises(AllocationError, match=why):
        check_allocation(target, Decimal(amount), currency)


def test_a_reversal_takes_back_what_is_held_on_its_own_day():
    rows = [
        Allocation("L1", Decimal("40.00"), JULY),
        Allocation("L2", Decimal("5.00"), date(2025, 8, 1)),
    ]
    back = reversal(rows, date(2025, 7, 20))
    assert back == (
        Allocation("L1", Decimal("-40.00"), date(2025, 7, 20)),
        Allocation("L2", Decimal("-5.00"), date(2025, 8, 1)),
    )
    assert reversal([*rows, *back], date(2025, 7, 25)) == ()


def test_a_reversal_of_what_is_partly_taken_back_takes_the_rest():
    rows = [
        Allocation("L1", Decimal("40.00"), JULY),
        Allocation("L1", Decimal("-15.00"), date(2025, 7, 5)),
    ]
    assert reversal(rows, date(2025, 7, 9)) == (
        Allocation("L1", Decimal("-25.00"), date(2025, 7, 9)),
    )


money = st.decimals(Decimal("0.01"), Decimal("5000.00"), places=2)
days = st.integers(0, 200).map(lambda offset: ISSUED + timedelta(days=offset))
open_lines = st.lists(
    st.builds(
        OpenLine,
        st.integers(1, 99).map("L{:02}".format),
        days,
        days,
        money | st.just(Decimal("0.00")),
        st.sampled_from(["CNY", "CNY", "USD"]),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda each: each.line_no,
)


@given(open_lines, money, days, st.data())
def test_no_receipt_loses_or_makes_a_cent(lines, amount, on, data):
    fitting = [each for each in lines if not each.is_void and each.currency == "CNY"]
    named = data.draw(st.sampled_from([None, *(each.line_no for each in fitting)]))
    plan = plan_receipt(Receipt(on, amount, "CNY", named), lines)
    assert sum(row.amount for row in plan.rows) + plan.unallocated == amount
    by_no = {each.line_no: each for each in lines}
    assert len({row.line_no for row in plan.rows}) == len(plan.rows)
    for row in plan.rows:
        assert 0 < row.amount <= by_no[row.line_no].remainder
        assert by_no[row.line_no] in fitting
        assert row.on == max(on, by_no[row.line_no].issued_on)
    assert plan.unallocated == max(0, amount - sum(each.remainder for each in fitting))
    assert all(row.amount == by_no[row.line_no].remainder for row in plan.rows[:-1])


@given(open_lines, money, days)
def test_the_order_of_the_lines_given_does_not_matter(lines, amount, on):
    received = Receipt(on, amount, "CNY")
    assert plan_receipt(received, lines) == plan_receipt(received, list(reversed(lines)))


@given(open_lines, money, days, days)
def test_after_a_reversal_nothing_is_left_on_any_line(lines, amount, on, back_on):
    rows = plan_receipt(Receipt(on, amount, "CNY"), lines).rows
    back = reversal(rows, back_on)
    for row in rows:
        assert sum(each.amount for each in (*rows, *back) if each.line_no == row.line_no) == 0
    assert all(each.on >= back_on for each in back)
