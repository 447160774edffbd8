"""Random small worlds of money, posted to the database and told to the pure rules alike."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from hypothesis import strategies as st

from contracts.models import Allocation, PlanLine, Receipt
from contracts.rules import ledger
from contracts.rules.ageing import Ageing, age
from contracts.services import reverse_receipt, write_off_line
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
MOST = 6  # receipts of a world
TURNS = st.integers(0, MOST)  # before the receipt of that number came, or after all
LINES = st.lists(
    st.tuples(  # issued, credit days, amount, currency, whose
        days(), st.integers(-10, 420), AMOUNTS, CURRENCIES, st.integers(0, 1),
        st.none() | st.tuples(TURNS, st.integers(0, 150)),  # given up so many days later
    ),
    max_size=6,
)  # fmt: skip
RECEIPTS = st.lists(
    st.tuples(
        days(), AMOUNTS, CURRENCIES, st.integers(0, 1),
        st.none() | st.integers(0, 5),  # names a line
        st.none() | st.integers(0, 60),  # a bill that matures so many days later
        st.none() | st.tuples(TURNS, st.integers(0, 40)),  # reversed so many days later
    ),
    max_size=MOST,
)  # fmt: skip


def post(customers, lines, receipts) -> None:
    """Put lines and receipts into the database; receipts that cannot be are left out."""
    for number, (issued_on, credit, amount, currency, whose, _given_up) in enumerate(lines):
        due_on = (issued_on + dt.timedelta(credit)).isoformat()
        more = {"issued_on": issued_on, "currency": currency}
        make_line(customers[whose], f"L-{number}", due_on, str(amount), **more)
    made: list[Receipt | None] = []
    for turn in range(MOST + 1):
        for number, line in enumerate(lines):
            if line[5] is not None and line[5][0] == turn:
                give_up(f"L-{number}", line[5][1])
        if turn < len(receipts):
            made.append(post_one(customers, turn, receipts[turn]))
        for number, receipt in enumerate(made):
            bounced = receipts[number][6]
            if receipt is not None and bounced is not None and max(bounced[0], number) == turn:
                on = receipt.received_on + dt.timedelta(bounced[1])
                reverse_receipt(receipt, on=on, reason="Bounced")


def post_one(customers, number, receipt) -> Receipt | None:
    """None when it names a line that is not there, another's, given up or in another currency."""
    on, amount, currency, whose, named, bill, _bounced = receipt
    more = {"line_no": f"L-{named}"} if named is not None else {}
    if bill is not None:
        more |= {"method": "acceptance_bill", "matures_on": on + dt.timedelta(bill)}
    more["currency"] = currency
    try:
        return pay(customers[whose], f"R-{number}", on.isoformat(), str(amount), **more)
    except RefusedError:
        return None


def give_up(line_no: str, later: int) -> None:
    """What is open of the line, if anything, so many days after it was issued."""
    line = PlanLine.objects.get(line_no=line_no)
    if line.paid < line.amount:
        write_off_line(
            line, reason="Bankrupt", waived=later % 4 == 0, expected=line.amount - line.paid,
            day=line.issued_on + dt.timedelta(later),
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
            line.written_off_on,
            line.is_refund,
        )
        for line in lines
    ]


def given_up(
    customer: Customer, currency: str, after: dt.date, until: dt.date, *, waived: bool = True
) -> Decimal:
    """What the rule says was lost of lines given up in these days, also by favour (`waived`)."""
    favours = PlanLine.objects.filter(customer=customer, currency=currency, waived=True)
    left_out = set() if waived else set(favours.values_list("line_no", flat=True))
    lines = [line.once_given_up(until) for line in ledger_lines(customer, currency)]
    return sum(
        (
            line.amount - line.allocated(line.written_off_on)
            for line in lines
            if line.written_off_on
            and after < line.written_off_on <= until
            and line.line_no not in left_out
        ),
        Decimal("0.00"),
    )


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
