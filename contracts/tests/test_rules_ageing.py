"""The ageing of one customer, as at any day, from the ledger as it stood."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.rules.ageing import BUCKETS, Ageing, age, bucket_of
from contracts.rules.allocation import OpenLine, Receipt, plan_receipt
from contracts.rules.ledger import LedgerLine
from contracts.rules.states import DECIDED, LineState, is_due_soon, is_overdue, line_state

START = date(2025, 1, 1)
FAR = date(2030, 1, 1)


def pay(lines, receipts):
    """The lines with every receipt allocated, in the order the money came."""
    ledger = {line.line_no: line for line in lines}
    for received in sorted(receipts, key=lambda each: each.received_on):
        still_open = [
            OpenLine(each.line_no, each.issued_on, each.due_on, each.remainder(FAR), "CNY")
            for each in ledger.values()
        ]
        for row in plan_receipt(received, still_open).rows:
            paid = ledger[row.line_no]
            ledger[row.line_no] = replace(paid, allocations=(*paid.allocations, row))
    return list(ledger.values())


def line(line_no, due_on, amount, issued_on=START):
    return LedgerLine(line_no, issued_on, due_on, Decimal(amount))


def receipt(on, amount):
    return Receipt(on, Decimal(amount), "CNY")


def received_by(receipts, day):
    return sum((each.amount for each in receipts if each.received_on <= day), Decimal("0.00"))


def columns(ageing):
    """The buckets that hold money."""
    return {name: int(getattr(ageing, name)) for name in BUCKETS if getattr(ageing, name)}


FOUR_LINES = [
    line("1", date(2025, 6, 30), "30000.00"),
    line("2", date(2025, 8, 15), "40000.00"),
    line("3", date(2025, 9, 30), "50000.00"),
    line("4", date(2025, 11, 15), "20000.00"),
]
FOUR_RECEIPTS = [
    receipt(date(2025, 7, 10), "20000.00"),
    receipt(date(2025, 9, 20), "25000.00"),
    receipt(date(2025, 10, 25), "30000.00"),
    receipt(date(2025, 11, 1), "80000.00"),
]


@pytest.mark.parametrize(
    ("day", "expected", "credit", "oldest"),
    [
        (date(2025, 8, 31), {"not_due": 70000, "d1_30": 40000, "d61_90": 10000}, 0, "2025-06-30"),
        (date(2025, 10, 1), {"not_due": 20000, "d1_30": 50000, "d31_60": 25000}, 0, "2025-08-15"),
        (date(2025, 6, 30), {"not_due": 140000}, 0, "2025-06-30"),
        (date(2025, 11, 1), {}, 15000, "None"),
    ],
)
def test_four_lines_and_four_receipts(day, expected, credit, oldest):
    found = age(pay(FOUR_LINES, FOUR_RECEIPTS), received=received_by(FOUR_RECEIPTS, day), day=day)
    assert columns(found) == expected
    assert found.unallocated == credit
    assert str(found.oldest_due_on) == oldest
    assert found.overdue == sum(expected.values()) - expected.get("not_due", 0)
    assert found.balance == sum(expected.values()) - credit


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-400, "not_due"),
        (0, "not_due"),
        (1, "d1_30"),
        (30, "d1_30"),
        (31, "d31_60"),
        (60, "d31_60"),
        (61, "d61_90"),
        (90, "d61_90"),
        (91, "d91_180"),
        (180, "d91_180"),
        (181, "d181_365"),
        (365, "d181_365"),
        (366, "d365_plus"),
        (5000, "d365_plus"),
    ],
)
def test_the_bucket_of_a_line_days_after_its_due_date(days, bucket):
    assert bucket_of(START, START + timedelta(days=days)) == bucket


def test_overdue_and_balance_count_each_bucket_once():
    found = Ageing(*(Decimal(10**place) for place in range(8)), oldest_due_on=None)
    assert found.overdue == 1111110
    assert found.balance == 1111111 - 10000000


def test_money_before_the_line_is_credit_until_the_line_is_issued():
    lines = pay([line("1", FAR, "100.00", date(2025, 3, 1))], [receipt(date(2025, 2, 1), "100.00")])
    before = age(lines, received=Decimal("100.00"), day=date(2025, 2, 28))
    assert (before.unallocated, before.not_due, before.balance) == (100, 0, -100)
    after = age(lines, received=Decimal("100.00"), day=date(2025, 3, 1))
    assert (after.unallocated, after.not_due, after.balance) == (0, 0, 0)


money = st.decimals(Decimal("0.01"), Decimal("900.00"), places=2)
days = st.integers(0, 60).map(lambda offset: START + timedelta(days=offset * 10))
some_lines = st.lists(st.tuples(days, days, money), max_size=6).map(
    lambda drawn: [
        LedgerLine(f"L{number}", min(pair[:2]), max(pair[:2]), pair[2])
        for number, pair in enumerate(drawn)
    ]
)
some_receipts = st.lists(st.builds(Receipt, days, money, st.just("CNY")), max_size=6)


@given(some_lines, some_receipts, days)
@settings(max_examples=200)
def test_buckets_less_credit_are_always_the_balance(lines, receipts, day):
    found = age(pay(lines, receipts), received=received_by(receipts, day), day=day)
    owed = sum((each.amount for each in lines if each.issued_on <= day), Decimal("0.00"))
    assert found.balance == owed - received_by(receipts, day)
    assert sum(getattr(found, name) for name in BUCKETS) - found.unallocated == found.balance
    assert min(getattr(found, name) for name in (*BUCKETS, "unallocated")) >= 0
    assert (found.oldest_due_on is None) == (found.not_due + found.overdue == 0)


@given(some_lines, some_receipts, days)
def test_a_receipt_never_changes_an_earlier_day(lines, receipts, day):
    earlier = [each for each in receipts if each.received_on <= day]
    whole = age(pay(lines, receipts), received=received_by(receipts, day), day=day)
    assert whole == age(pay(lines, earlier), received=received_by(earlier, day), day=day)


STATE_LINE = pay([line("1", date(2025, 6, 30), "100.00", date(2025, 6, 1))], [
    receipt(date(2025, 6, 10), "40.00"),
    receipt(date(2025, 7, 10), "60.00"),
])[0]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2025, 5, 31), LineState.PLANNED),
        (date(2025, 6, 1), LineState.OPEN),
        (date(2025, 6, 10), LineState.PARTIAL),
        (date(2025, 7, 9), LineState.PARTIAL),
        (date(2025, 7, 10), LineState.PAID),
    ],
)
def test_a_line_goes_from_planned_to_paid(day, state):
    assert line_state(STATE_LINE, day) == state


@pytest.mark.parametrize("decided", sorted(DECIDED))
def test_what_a_person_decided_is_the_state(decided):
    assert line_state(STATE_LINE, date(2025, 7, 10), decided) == decided


def test_nobody_decides_that_a_line_is_paid():
    with pytest.raises(ValueError, match="paid follows from the ledger"):
        line_state(STATE_LINE, START, LineState.PAID)


@pytest.mark.parametrize(
    ("days", "remainder", "due_soon", "overdue"),
    [
        (-8, "1.00", False, False),
        (-7, "1.00", True, False),
        (0, "1.00", True, False),
        (1, "1.00", False, True),
        (-3, "0.00", False, False),
        (9, "0.00", False, False),
    ],
)
def test_due_soon_and_overdue_need_open_money(days, remainder, due_soon, overdue):
    day = START + timedelta(days=days)
    assert is_due_soon(START, Decimal(remainder), day) is due_soon
    assert is_overdue(START, Decimal(remainder), day) is overdue
