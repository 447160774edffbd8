"""Random small worlds of money, posted to the database and told to the pure rules alike."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from hypothesis import strategies as st

from contracts.models import Allocation, PlanLine, Receipt
from contracts.rules import ledger
from contracts.rules.ageing import Ageing, age
from customers.models import Customer

START = dt.date(2025, 11, 20)  # so that random days reach over the year's end


def days(most: int = 90):
    """Days from the start on."""
    return st.integers(0, most).map(lambda number: START + dt.timedelta(number))


AMOUNTS = st.integers(1, 2000).map(
    lambda number: Decimal(number).scaleb(-1).quantize(Decimal("0.01"))
)
CURRENCIES = st.sampled_from(["CNY", "CNY", "CNY", "USD"])
LINES = st.lists(
    st.tuples(days(), st.integers(-10, 420), AMOUNTS, CURRENCIES, st.integers(0, 1)), max_size=6
)  # issued, credit days, amount, currency, whose
RECEIPTS = st.lists(
    st.tuples(
        days(), AMOUNTS, CURRENCIES, st.integers(0, 1),
        st.none() | st.integers(0, 5),  # names a line
        st.none() | st.integers(0, 60),  # a bill that matures so many days later
        st.none() | st.integers(0, 40),  # reversed so many days later
    ),
    max_size=6,
)  # fmt: skip


def ledger_lines(customer: Customer, currency: str) -> list[ledger.LedgerLine]:
    """The customer's lines with all their allocations, as the rules see them."""
    rows = defaultdict(list)
    for row in Allocation.objects.filter(customer=customer):
        rows[row.line_id].append(ledger.Allocation(str(row.line_id), row.amount, row.allocated_on))
    lines = PlanLine.objects.filter(customer=customer, currency=currency).exclude(state="void")
    return [
        ledger.LedgerLine(
            line.line_no,
            line.issued_on,
            line.due_on,
            line.amount,
            tuple(rows[line.pk]),
            line.original_due_on,
        )
        for line in lines
    ]


def by_the_rule(customer: Customer, currency: str, day: dt.date) -> Ageing:
    """The pure rule's ageing of the stored ledger."""
    received = sum(
        (
            receipt.amount
            for receipt in Receipt.objects.filter(customer=customer, currency=currency)
            if receipt.effective_on <= day
            and not (receipt.reversed_on and receipt.reversed_on <= day)
        ),
        Decimal("0.00"),
    )
    return age(ledger_lines(customer, currency), received=received, day=day)
