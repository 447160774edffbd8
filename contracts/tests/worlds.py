"""Random small worlds of money, posted to the database and told to the pure rules alike."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from hypothesis import strategies as st

from contracts.models import Allocation, PlanLine, Receipt
from contracts.rules import ledger
from contracts.rules.ageing import Ageing, age
from contracts.services import reverse_receipt
from contracts.tests.make import make_line, pay
from core.errors import RefusedError
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


def post(customers, lines, receipts) -> None:
    """Put lines and receipts into the database; receipts that cannot be are left out."""
    for number, (issued_on, credit, amount, currency, whose) in enumerate(lines):
        due_on = (issued_on + dt.timedelta(credit)).isoformat()
        more = {"issued_on": issued_on, "currency": currency}
        make_line(customers[whose], f"L-{number}", due_on, str(amount), **more)
    for number, (on, amount, currency, whose, named, bill, bounced) in enumerate(receipts):
        more = {"line_no": f"L-{named}"} if named is not None else {}
        if bill is not None:
            more |= {"method": "acceptance_bill", "matures_on": on + dt.timedelta(bill)}
        more["currency"] = currency
        try:
            made = pay(customers[whose], f"R-{number}", on.isoformat(), str(amount), **more)
        except RefusedError:
            continue  # names a line that is not there, another's, or in another currency
        if bounced is not None:
            reverse_receipt(made, on=on + dt.timedelta(bounced), reason="Bounced")


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
            line.written_off_on,
            line.is_refund,
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
