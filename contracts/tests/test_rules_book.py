"""Many receipts after another: the book answers as the rule does with all lines each time."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.allocation import OpenLine, Receipt, plan_receipt
from contracts.rules.book import Book

DAYS = st.integers(0, 20).map(lambda number: date(2025, 1, 1) + timedelta(number))
AMOUNTS = st.integers(1, 60).map(Decimal)
LINES = st.lists(
    st.tuples(DAYS, DAYS, st.integers(0, 60).map(Decimal), st.sampled_from(["CNY", "USD"])),
    max_size=8,
)
STEPS = st.lists(
    st.tuples(DAYS, AMOUNTS, st.sampled_from(["CNY", "USD"]), st.integers(0, 12), st.booleans()),
    max_size=12,
)


@given(lines=LINES, steps=STEPS)
def test_the_book_equals_the_rule(lines, steps):
    plain = {
        f"L{n}": OpenLine(f"L{n}", issued, due, amount, currency)
        for n, (issued, due, amount, currency) in enumerate(lines)
    }
    book = Book(plain.values())
    for on, amount, currency, pick, give_back in steps:
        line = plain.get(f"L{pick}")
        if give_back and line:
            book.give_back(line.line_no, amount)
            plain[line.line_no] = replace(line, remainder=line.remainder + amount)
            continue
        named = line.line_no if line and line.currency == currency else None
        receipt = Receipt(on, amount, currency, named)
        plan = plan_receipt(receipt, plain.values())
        assert book.post(receipt) == plan
        for row in plan.rows:
            plain[row.line_no] = replace(
                plain[row.line_no], remainder=plain[row.line_no].remainder - row.amount
            )
        assert book.lines == plain
