"""How fast money comes in and how late it is."""

from datetime import date
from decimal import Decimal

import pytest

from contracts.rules.ledger import Allocation, LedgerLine
from contracts.rules.measures import (
    Measures,
    Receivables,
    due_collection_rate,
    mean_days_late,
    measures,
)
from core.rules import percent, window

DAY = date(2025, 12, 31)  # the window is 2025-01-01 to 2025-12-31
YEAR = window(DAY)
OLD = date(2024, 1, 1)


def line(due_on, amount, *payments, issued_on=OLD, original_due_on=None, is_refund=False):
    rows = tuple(Allocation("L", Decimal(paid), on) for on, paid in payments)
    more = {"original_due_on": original_due_on, "is_refund": is_refund}
    return LedgerLine("L", issued_on, due_on, Decimal(amount), rows, **more)


def period(begin="400000", sales="900000", end="450000", end_not_due="300000"):
    return Receivables(*(Decimal(each) for each in (begin, sales, end, end_not_due)), days=90)


def test_a_quarter_of_sales():
    found = measures(period())
    assert found.dso == Decimal("45.0")
    assert found.best_possible_dso == Decimal("30.0")
    assert found.average_days_delinquent == Decimal("15.0")
    assert percent(found.cei, 1) == Decimal("85.0")
    assert percent(found.collection_rate) == Decimal("65.38")


@pytest.mark.parametrize("sales", ["0", "-1"])
def test_without_sales_there_is_no_measure(sales):
    assert measures(period(sales=sales)) == Measures(None, None, None, None, None)


def test_nothing_collectable_has_no_effectiveness():
    found = measures(period(begin="0", sales="100", end="100", end_not_due="100"))
    assert found.cei is None
    assert found.collection_rate == 0


def test_due_in_the_window_counts_whole_with_what_it_received():
    lines = [
        line(date(2025, 3, 31), "100.00", (date(2025, 4, 10), "60.00")),
        line(date(2025, 6, 30), "300.00", (date(2024, 12, 1), "300.00")),
    ]
    assert due_collection_rate(lines, YEAR) == Decimal("0.9")


def test_opening_overdue_counts_with_what_was_still_open():
    half_paid = line(
        date(2024, 6, 30), "100.00", (date(2024, 12, 31), "60.00"), (date(2025, 1, 1), "10.00")
    )
    assert due_collection_rate([half_paid], YEAR) == Decimal("0.25")


def test_paid_before_the_window_and_due_after_it_count_for_nothing():
    lines = [
        line(date(2024, 6, 30), "100.00", (date(2024, 7, 1), "100.00")),
        line(date(2026, 1, 1), "100.00", (date(2025, 7, 1), "100.00")),
        line(date(2025, 7, 1), "100.00", issued_on=date(2026, 1, 1)),
    ]
    assert due_collection_rate(lines, YEAR) is None


def test_a_refund_collects_nothing_and_is_due_where_its_money_was_taken_back():
    day = date(2025, 6, 1)
    paid = line(date(2025, 3, 1), "90.00", (day, "90.00"))
    refund = line(day, "30.00", (day, "30.00"), is_refund=True)
    bounced = line(day, "30.00", (day, "30.00"), (DAY, "-10.00"), is_refund=True)
    assert due_collection_rate([paid, refund], YEAR) == 1
    assert due_collection_rate([paid, bounced], YEAR) == Decimal("0.9")
    assert due_collection_rate([refund], YEAR) is None


def test_the_edges_of_the_window_are_in_it_once():
    last_day = line(DAY, "10.00", (DAY, "10.00"))
    day_before_first = line(date(2024, 12, 31), "30.00")
    assert due_collection_rate([last_day, day_before_first], YEAR) == Decimal("0.25")


def test_money_after_the_window_is_not_collected_in_it():
    late = line(date(2025, 3, 1), "10.00", (date(2026, 1, 1), "10.00"))
    assert due_collection_rate([late], YEAR) == 0


def test_days_late_are_weighted_by_amount_and_early_counts_as_on_time():
    lines = [
        line(date(2025, 3, 1), "100.00", (date(2025, 2, 1), "100.00")),
        line(
            date(2025, 3, 1), "300.00", (date(2025, 3, 5), "200.00"), (date(2025, 3, 9), "100.00")
        ),
    ]
    assert mean_days_late(lines, YEAR) == Decimal("6")


def test_an_extension_does_not_make_a_late_payment_punctual():
    extended = line(
        date(2025, 6, 1), "10.00", (date(2025, 6, 1), "10.00"), original_due_on=date(2025, 5, 1)
    )
    assert mean_days_late([extended], YEAR) == 31


def test_only_lines_fully_paid_in_the_window_have_days_late():
    lines = [
        line(date(2024, 12, 1), "10.00", (date(2024, 12, 31), "10.00")),
        line(date(2025, 3, 1), "10.00", (date(2025, 5, 1), "9.99")),
        line(date(2025, 3, 1), "10.00", (date(2026, 1, 1), "10.00")),
        line(date(2025, 3, 1), "10.00", (date(2025, 5, 1), "10.00"), (date(2025, 6, 1), "-10.00")),
    ]
    assert mean_days_late(lines, YEAR) is None
    first_day = line(date(2024, 12, 30), "10.00", (date(2025, 1, 1), "10.00"))
    assert mean_days_late([*lines, first_day], YEAR) == 2


def test_a_line_paid_again_after_a_reversal_is_late_until_then():
    bounced = line(
        date(2025, 3, 1),
        "10.00",
        (date(2025, 3, 1), "10.00"),
        (date(2025, 3, 3), "-10.00"),
        (date(2025, 3, 11), "10.00"),
    )
    assert mean_days_late([bounced], YEAR) == 10


def test_a_line_is_paid_on_the_day_of_its_last_cent():
    paid = line(
        date(2025, 3, 1),
        "10.00",
        (date(2025, 3, 1), "9.50"),
        (date(2025, 3, 4), "0.50"),
        issued_on=OLD,
    )
    assert paid.paid_on(date(2025, 3, 3)) is None
    assert paid.paid_on(date(2025, 3, 4)) == date(2025, 3, 4)
    assert paid.paid_on(DAY) == date(2025, 3, 4)


def test_what_happens_to_a_paid_line_later_does_not_change_the_day_it_was_paid():
    moved = line(
        date(2025, 3, 1),
        "10.00",
        (date(2025, 3, 1), "10.00"),
        (date(2025, 5, 1), "-10.00"),
        (date(2025, 6, 1), "10.00"),
    )
    assert moved.paid_on(date(2025, 4, 1)) == date(2025, 3, 1)
    assert moved.paid_on(date(2025, 5, 1)) is None
    assert moved.paid_on(date(2025, 6, 1)) == date(2025, 6, 1)


def test_a_correction_that_takes_money_back_is_no_payment():
    corrected = line(
        date(2025, 3, 1), "10.00", (date(2025, 3, 2), "12.00"), (date(2025, 3, 8), "-2.00")
    )
    assert corrected.paid_on(DAY) == date(2025, 3, 2)


def test_a_line_issued_and_paid_on_the_last_day_counts():
    at_once = line(DAY, "10.00", (DAY, "10.00"), issued_on=DAY)
    assert at_once.paid_on(DAY) == DAY
    assert mean_days_late([at_once], YEAR) == 0
    assert due_collection_rate([at_once], YEAR) == 1


def test_a_line_not_issued_yet_is_not_paid():
    assert line(DAY, "10.00", (OLD, "10.00"), issued_on=DAY).paid_on(OLD) is None
