"""R11: the ledger against a plain model, any operations in any order."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from contracts import reports, services
from contracts.models import PlanLine, Receipt
from contracts.tests.make import make_line, pay
from contracts.tests.worlds import AMOUNTS, START
from core.errors import RefusedError
from tests.cast import Cast

FAR = dt.date(2030, 1, 1)
DAYS = st.integers(0, 120).map(lambda number: START + dt.timedelta(number))


class Money(RuleBasedStateMachine):
    """Lines and receipts as plain dicts: what each line got from each receipt, and from when."""

    customer = None

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.lines = {}  # number -> (issued, due, amount)
        self.receipts = {}  # number -> (day, amount)
        self.rows = []  # (receipt, line, amount, day)
        self.reversed = {}
        self.number = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(due=DAYS, amount=AMOUNTS)
    def first_line(self, due, amount):
        self.add_line(START, due, amount)

    def left_of_line(self, line_no):
        return self.lines[line_no][2] - sum(row[2] for row in self.rows if row[1] == line_no)

    def left_of_receipt(self, receipt_no):
        return self.receipts[receipt_no][1] - sum(
            row[2] for row in self.rows if row[0] == receipt_no
        )

    @rule(issued=DAYS, due=DAYS, amount=AMOUNTS)
    def add_line(self, issued, due, amount):
        self.number += 1
        line_no = f"L-{self.number:03d}"
        make_line(self.customer, line_no, due.isoformat(), str(amount), issued_on=issued)
        self.lines[line_no] = (issued, due, amount)

    @rule(on=DAYS, amount=AMOUNTS, named=st.integers(0, 9))
    def post(self, on, amount, named):
        self.number += 1
        receipt_no, names = f"R-{self.number}", sorted(self.lines)
        line_no = names[named] if named < len(names) else ""
        pay(self.customer, receipt_no, on.isoformat(), str(amount), line_no=line_no)
        self.receipts[receipt_no] = (on, amount)
        order = sorted(
            names, key=lambda n: (n != line_no, self.lines[n][0] > on, self.lines[n][1], n)
        )
        for each in order:
            part = min(amount, self.left_of_line(each))
            if part > 0:
                self.rows.append((receipt_no, each, part, max(on, self.lines[each][0])))
                amount -= part

    @rule(pick=st.integers(0, 30), which=st.integers(0, 30), amount=AMOUNTS, on=DAYS)
    def allocate(self, pick, which, amount, on):
        if not self.receipts:
            return
        receipt_no = sorted(self.receipts)[pick % len(self.receipts)]
        line_no = sorted(self.lines)[which % len(self.lines)]
        receipt, line = (
            Receipt.objects.get(receipt_no=receipt_no),
            PlanLine.objects.get(line_no=line_no),
        )
        fits = amount <= min(self.left_of_receipt(receipt_no), self.left_of_line(line_no))
        if fits and receipt_no not in self.reversed:
            services.allocate(receipt, line, amount=amount, on=on, today=FAR)
            day = max(on, self.receipts[receipt_no][0], self.lines[line_no][0])
            self.rows.append((receipt_no, line_no, amount, day))
        else:
            with pytest.raises(RefusedError):
                services.allocate(receipt, line, amount=amount, on=on, today=FAR)

    @rule(pick=st.integers(0, 30), on=DAYS)
    def reverse(self, pick, on):
        if not self.receipts:
            return
        receipt_no = sorted(self.receipts)[pick % len(self.receipts)]
        receipt = Receipt.objects.get(receipt_no=receipt_no)
        if receipt_no in self.reversed or on < self.receipts[receipt_no][0]:
            with pytest.raises(RefusedError):
                services.reverse_receipt(receipt, on=on, reason="Bounced")
            return
        services.reverse_receipt(receipt, on=on, reason="Bounced")
        self.reversed[receipt_no] = on
        taken = [
            (r, n, -amount, max(day, on)) for r, n, amount, day in self.rows if r == receipt_no
        ]
        self.rows += taken

    @invariant()
    def sums_are_equal(self):
        stored = {line.line_no: line.amount - line.paid for line in PlanLine.objects.all()}
        assert stored == {line_no: self.left_of_line(line_no) for line_no in self.lines}
        credit = {r.receipt_no: r.amount - r.allocated for r in Receipt.objects.all()}
        assert credit == {number: self.left_of_receipt(number) for number in self.receipts}

    @invariant()
    def balance_is_what_came_in_less_what_is_owed(self):
        for day in (START + dt.timedelta(40), START + dt.timedelta(90), FAR):
            owed = sum(amount for issued, _due, amount in self.lines.values() if issued <= day)
            came = sum(
                amount
                for number, (on, amount) in self.receipts.items()
                if on <= day and not self.reversed.get(number, FAR + dt.timedelta(1)) <= day
            )
            rows = reports.customer_ageing(self.customer, day)
            assert sum((row.balance for row in rows), Decimal(0)) == owed - came


@pytest.mark.django_db
def test_money_machine(cast: Cast):
    Money.customer = cast.acme
    run_state_machine_as_test(
        Money,
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
        ),
    )  # fmt: skip
