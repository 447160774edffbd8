"""Interest for paying late (B7)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.interest import late_interest
from contracts.rules.ledger import Allocation
from contracts.tests.make import day

AMOUNT, DUE = Decimal(100000), day("2025-09-30")
PART = Allocation("L", Decimal(40000), day("2025-10-10"))


def test_the_worked_example():
    assert late_interest(AMOUNT, DUE, [PART], day("2025-10-31")) == Decimal("1130.00")
    assert late_interest(AMOUNT, DUE, [], DUE) == 0
    assert late_interest(AMOUNT, DUE, [], day("2025-10-01")) == Decimal("50.00")


def test_what_has_grown_outlives_the_principal_and_nothing_grows_on_what_is_argued_about():
    rest = Allocation("L", Decimal(60000), day("2025-10-31"))
    assert late_interest(AMOUNT, DUE, [PART, rest], day("2026-03-31")) == Decimal("1130.00")
    assert late_interest(AMOUNT, DUE, [PART], day("2025-10-31"), disputed=AMOUNT) == 0


@given(st.lists(st.integers(-40, 80), max_size=4), st.integers(1, 100))
def test_it_equals_the_sum_day_by_day(paid_on, length):
    rows = [Allocation("L", Decimal(20000), DUE.fromordinal(DUE.toordinal() + n)) for n in paid_on]
    grown = sum(
        AMOUNT - sum(row.amount for row in rows if row.on < DUE.fromordinal(DUE.toordinal() + n))
        for n in range(1, length + 1)
    )
    until = DUE.fromordinal(DUE.toordinal() + length)
    assert late_interest(AMOUNT, DUE, rows, until) == (grown * Decimal("0.0005")).quantize(
        Decimal("0.01"), "ROUND_HALF_UP"
    )
