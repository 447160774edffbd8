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
from contracts.models import Allocation, PlanLine, Receipt
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
        self.receipts = {}  # number -> (counts from, amount)
        self.bills = {}  # number -> the day a bill came
        self.rows = []  # (receipt, line, amount, day)
        self.reversed = {}
        self.written_off = {}  # line -> day
        self.booked = []
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

    def put(self, receipt_no, line_no, amount, day):
        """Money counts on a line from the day from which it never holds more than it is about."""
        held = [(row[3], row[2]) for row in self.rows if row[1] == line_no]
        turns = sorted({day} | {on for on, _part in held if on > day})
        room = self.lines[line_no][2] - amount
        full = [turn for turn in turns if sum(part for on, part in held if on <= turn) > room]
        day = min(turn for turn in turns if not full or turn > full[-1])
        self.rows.append((receipt_no, line_no, amount, day))

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
        if line_no in self.written_off:
            line_no = ""
        pay(self.customer, receipt_no, on.isoformat(), str(amount), line_no=line_no)
        self.receipts[receipt_no] = (on, amount)
        order = sorted(
            (n for n in names if n not in self.written_off),
            key=lambda n: (n != line_no, self.lines[n][0] > on, self.lines[n][1], n),
        )
        for each in order:
            part = min(amount, self.left_of_line(each))
            if part > 0:
                self.put(receipt_no, each, part, max(on, self.lines[each][0]))
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
        fits = fits and line_no not in self.written_off
        if fits and receipt_no not in self.reversed:
            services.allocate(receipt, line, amount=amount, on=on, today=FAR)
            day = max(on, self.receipts[receipt_no][0], self.lines[line_no][0])
            self.put(receipt_no, line_no, amount, day)
        else:
            with pytest.raises(RefusedError):
                services.allocate(receipt, line, amount=amount, on=on, today=FAR)

    @rule(pick=st.integers(0, 30), on=DAYS)
    def reverse(self, pick, on):
        if not self.receipts:
            return
        receipt_no = sorted(self.receipts)[pick % len(self.receipts)]
        receipt = Receipt.objects.get(receipt_no=receipt_no)
        came_on = self.bills.get(receipt_no, self.receipts[receipt_no][0])
        if receipt_no in self.reversed or on < came_on:
            with pytest.raises(RefusedError):
                services.reverse_receipt(receipt, on=on, reason="Bounced")
            return
        services.reverse_receipt(receipt, on=on, reason="Bounced")
        self.reversed[receipt_no] = on
        taken = [
            (r, n, -amount, max(day, on)) for r, n, amount, day in self.rows if r == receipt_no
        ]
        self.rows += taken

    @rule(on=DAYS, bill=st.integers(0, 60), amount=AMOUNTS)
    def post_bill(self, on, bill, amount):
        """A bill pays from the day it matures."""
        self.number += 1
        receipt_no, matures_on = f"R-{self.number}", on + dt.timedelta(bill)
        more = {"method": "acceptance_bill", "matures_on": matures_on}
        pay(self.customer, receipt_no, on.isoformat(), str(amount), **more)
        self.receipts[receipt_no] = (matures_on, amount)
        self.bills[receipt_no] = on
        self.put_on_oldest(receipt_no, matures_on)

    def put_on_oldest(self, receipt_no, day):
        for each in sorted(self.lines, key=lambda n: (self.lines[n][0] > day, self.lines[n][1], n)):
            part = min(self.left_of_receipt(receipt_no), self.left_of_line(each))
            if part > 0 and each not in self.written_off:
                self.put(receipt_no, each, part, max(day, self.lines[each][0]))

    @rule(pick=st.integers(0, 30), on=DAYS)
    def apply_credit(self, pick, on):
        if not self.receipts:
            return
        receipt_no = sorted(self.receipts)[pick % len(self.receipts)]
        receipt = Receipt.objects.get(receipt_no=receipt_no)
        before = len(self.rows)
        if receipt_no not in self.reversed:
            self.put_on_oldest(receipt_no, max(on, self.receipts[receipt_no][0]))
        if len(self.rows) == before:
            with pytest.raises(RefusedError):
                services.apply_credit(receipt, today=on)
            return
        applied = services.apply_credit(receipt, today=on)
        assert applied == sum(row[2] for row in self.rows[before:])

    @rule(pick=st.integers(0, 30), to=st.integers(-1, 9), on=DAYS, amount=AMOUNTS)
    def move(self, pick, to, on, amount):
        held = sorted({(r, n) for r, n, _amount, _day in self.rows})
        if not held:
            return
        receipt_no, line_no = held[pick % len(held)]
        names = sorted(self.lines)
        target = names[to % len(names)] if to >= 0 else ""
        there = self.held(receipt_no, line_no)
        fits = 0 < amount <= sum(there.values()) and target != line_no
        if target:
            fits = fits and amount <= self.left_of_line(target) and target not in self.written_off
        act = {
            "to": PlanLine.objects.get(line_no=target) if target else None,
            "amount": amount, "reason": "Wrong line", "today": on,
        }  # fmt: skip
        receipt = Receipt.objects.get(receipt_no=receipt_no)
        line = PlanLine.objects.get(line_no=line_no)
        if not fits:
            with pytest.raises(RefusedError):
                services.move_allocation(receipt, line, **act)
            return
        services.move_allocation(receipt, line, **act)
        left = amount
        ends = {}
        for day, part in there.items():
            ends[max(day, on)] = ends.get(max(day, on), 0) + part
        for day in sorted(ends, reverse=True):
            part = min(left, ends[day])
            self.rows += [(receipt_no, line_no, -part, day)] if part else []
            left -= part
        if target:
            day = max(on, self.receipts[receipt_no][0], self.lines[target][0])
            self.put(receipt_no, target, amount, day)

    def held(self, receipt_no, line_no):
        """What the receipt holds on the line, by day."""
        days = {}
        for r, n, amount, day in self.rows:
            if (r, n) == (receipt_no, line_no):
                days[day] = days.get(day, Decimal(0)) + amount
        return days

    @rule(which=st.integers(0, 30), on=DAYS)
    def write_off(self, which, on):
        line_no = sorted(self.lines)[which % len(self.lines)]
        line, left = PlanLine.objects.get(line_no=line_no), self.left_of_line(line_no)
        act = {"reason": "Gone", "waived": False, "expected": left, "day": on}
        if left <= 0 or line_no in self.written_off or on < self.lines[line_no][0]:
            with pytest.raises(RefusedError):
                services.write_off_line(line, **act)
            return
        services.write_off_line(line, **act)
        self.written_off[line_no] = on

    @rule(pick=st.integers(0, 30), amount=AMOUNTS)
    def refund(self, pick, amount):
        if not self.receipts:
            return
        receipt_no = sorted(self.receipts)[pick % len(self.receipts)]
        receipt = Receipt.objects.get(receipt_no=receipt_no)
        act = {"amount": amount, "on": FAR, "reason": "Asked for", "today": FAR}
        if receipt_no in self.reversed or amount > self.left_of_receipt(receipt_no):
            with pytest.raises(RefusedError):
                services.refund_credit(receipt, **act)
            return
        line = services.refund_credit(receipt, **act)
        self.lines[line.line_no] = (FAR, FAR, amount)
        self.rows.append((receipt_no, line.line_no, amount, FAR))

    @invariant()
    def the_ledger_only_grows(self):
        """What was booked stays: each row that was seen once is there unchanged."""
        fields = ("pk", "receipt_id", "line_id", "amount", "allocated_on", "kind")
        rows = list(Allocation.objects.order_by("pk").values_list(*fields))
        assert rows[: len(self.booked)] == self.booked
        self.booked = rows

    @invariant()
    def sums_are_equal(self):
        stored = {line.line_no: line.amount - line.paid for line in PlanLine.objects.all()}
        assert stored == {line_no: self.left_of_line(line_no) for line_no in self.lines}
        credit = {r.receipt_no: r.amount - r.allocated for r in Receipt.objects.all()}
        assert credit == {number: self.left_of_receipt(number) for number in self.receipts}

    def owed_of(self, line_no, day):
        """The line's amount; of one that is written off by the day, what was paid of it by then."""
        if self.written_off.get(line_no, FAR + dt.timedelta(1)) > day:
            return self.lines[line_no][2]
        return sum(row[2] for row in self.rows if row[1] == line_no and row[3] <= day)

    @invariant()
    def balance_is_what_came_in_less_what_is_owed(self):
        for day in (START + dt.timedelta(40), START + dt.timedelta(90), FAR):
            owed = sum(
                self.owed_of(line_no, day)
                for line_no, (issued, _due, _amount) in self.lines.items()
                if issued <= day
            )
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


@pytest.mark.django_db
def test_money_on_a_line_that_was_paid_before_and_is_given_up_counts_once(cast: Cast):
    """What a random walk found: paid, taken back later, paid in part on a day before that."""
    Money.customer = cast.acme
    walk = Money()
    days = [START + dt.timedelta(number) for number in (0, 20, 30, 90)]
    walk.first_line(due=days[0], amount=Decimal(100))
    walk.post(on=days[0], amount=Decimal(100), named=0)
    walk.reverse(pick=0, on=days[3])
    walk.post(on=days[1], amount=Decimal(60), named=0)
    walk.write_off(which=0, on=days[2])
    walk.sums_are_equal()
    walk.balance_is_what_came_in_less_what_is_owed()
    assert walk.rows[-1] == ("R-3", "L-001", Decimal(60), days[3])
    walk.teardown()
