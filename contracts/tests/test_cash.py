"""The finance clerk's acts: statements booked once, credit used, moved, paid back, given up."""

import datetime as dt
from decimal import Decimal

import pytest

from contracts import jobs, reports, services
from contracts.models import BankLine, PlanLine, Receipt
from contracts.rules.matching import Candidate, Owed, Reason, suggest
from contracts.services.payers import is_other_payer
from contracts.tests.make import TODAY, make_line, pay
from core.errors import RefusedError
from engagement.models import Alert
from organization.models import User
from tests.cast import Cast

DAY = dt.date(2026, 3, 2)


def row(reference: str, amount: str, **more: object) -> dict[str, object]:
    return {
        "reference": reference, "booked_on": DAY, "amount": Decimal(amount), "is_incoming": True,
        "currency": "CNY", "payer_name": "Payer Ltd", "payer_account": "", "text": "",
    } | more  # fmt: skip


def take(cast: Cast, *rows: dict[str, object]) -> services.bank.Taken:
    clerk = User.objects.get(pk=cast.fiona.pk)
    return services.take_bank_statement(rows, account="6222", unit=clerk.org_unit, actor=clerk)


@pytest.mark.django_db
def test_the_same_statement_twice_changes_nothing(cast: Cast):
    rows = [row("B-1", "100.00"), row("B-2", "7.50", is_incoming=False)]
    assert take(cast, *rows).new == 2
    again = take(cast, *rows, row("B-3", "1.00"))
    assert (again.new, again.known, again.conflicts) == (1, 2, ())
    assert take(cast, row("B-1", "101.00")).conflicts == ("B-1",)
    assert BankLine.objects.get(reference="B-1").amount == Decimal("100.00")


@pytest.mark.django_db
def test_a_row_recorded_by_hand_before_is_that_receipt(cast: Cast):
    receipt = pay(cast.acme, "B-1", "2026-03-02", "100.00")
    assert take(cast, row("B-1", "100.00")).recorded == 1
    assert BankLine.objects.get(reference="B-1").receipt == receipt
    # With another amount it stays to be matched, and booking it is refused.
    pay(cast.acme, "B-2", "2026-03-02", "99.00")
    assert take(cast, row("B-2", "100.00")).recorded == 0
    with pytest.raises(RefusedError, match="B-2"):
        services.book_bank_line(BankLine.objects.get(reference="B-2"), cast.acme, today=TODAY)
    assert BankLine.objects.get(reference="B-2").state == "open"


@pytest.mark.django_db
def test_booking_pays_lines_once_and_the_payer_is_remembered(cast: Cast):
    line = make_line(cast.acme, "L-1", "2026-02-01", "60.00")
    take(cast, row("B-1", "100.00"), row("B-2", "5.00", is_incoming=False))
    bank_line = BankLine.objects.get(reference="B-1")
    assert is_other_payer(cast.acme, "Payer Ltd", day=TODAY)
    receipt = services.book_bank_line(bank_line, cast.acme, today=TODAY)
    assert receipt.other_payer  # nobody had said so before
    assert not is_other_payer(cast.acme, "PAYER, LTD.", day=TODAY)
    assert services.book_bank_line(bank_line, cast.acme, today=TODAY) == receipt
    line.refresh_from_db()
    assert line.paid == Decimal("60.00")
    outgoing = BankLine.objects.get(reference="B-2")
    with pytest.raises(RefusedError, match="is not to be matched"):
        services.book_bank_line(outgoing, cast.acme, today=TODAY)
    # Booked on the wrong customer: taken back, put back, booked anew.
    with pytest.raises(RefusedError, match="take that back first"):
        services.put_back(bank_line)
    services.reverse_receipt(receipt, on=TODAY, reason="Wrong customer")
    services.put_back(bank_line)
    again = services.book_bank_line(bank_line, cast.acme, today=TODAY)
    assert again.pk != receipt.pk
    assert Receipt.objects.filter(reversed_on=None).count() == 1


@pytest.mark.django_db
def test_credit_is_put_on_lines_from_today_and_moved_without_touching_earlier_days(cast: Cast):
    receipt = pay(cast.acme, "R-1", "2026-01-10", "100.00")
    first = make_line(cast.acme, "L-1", "2026-02-01", "60.00")
    second = make_line(cast.acme, "L-2", "2026-02-02", "60.00")
    assert services.apply_credit(receipt, today=TODAY) == Decimal("100.00")
    with pytest.raises(RefusedError, match="on lines already"):
        services.apply_credit(receipt, today=TODAY)
    later = TODAY + dt.timedelta(3)
    act = {"amount": Decimal("20.00"), "reason": "Wrong line", "today": later}
    with pytest.raises(RefusedError, match="Only 60"):
        services.move_allocation(receipt, first, to=second, **act | {"amount": Decimal("60.01")})
    services.move_allocation(receipt, first, to=second, **act)
    paid = dict(PlanLine.objects.values_list("line_no", "paid"))
    assert paid == {"L-1": Decimal("40.00"), "L-2": Decimal("60.00")}
    [before] = reports.customer_ageing(cast.acme, TODAY)
    assert (before.overdue, before.unallocated) == (Decimal("20.00"), Decimal("0.00"))
    [long_before] = reports.customer_ageing(cast.acme, TODAY - dt.timedelta(1))
    assert (long_before.overdue, long_before.unallocated) == (Decimal("120.00"), Decimal("100.00"))


@pytest.mark.django_db
def test_credit_is_paid_back_within_what_is_left(cast: Cast):
    receipt = pay(cast.acme, "R-1", "2026-01-10", "100.00")
    act = {"on": DAY, "reason": "Paid twice", "today": TODAY}
    with pytest.raises(RefusedError, match="has only 100"):
        services.refund_credit(receipt, amount=Decimal("100.01"), **act)
    services.refund_credit(receipt, amount=Decimal("70.00"), **act)
    [now] = reports.customer_ageing(cast.acme, TODAY)
    assert (now.balance, now.unallocated) == (Decimal("-30.00"), Decimal("30.00"))
    [before] = reports.customer_ageing(cast.acme, DAY - dt.timedelta(1))
    assert before.unallocated == Decimal("100.00")


@pytest.mark.django_db
def test_what_is_given_up_is_what_was_decided_on(cast: Cast):
    line = make_line(cast.acme, "L-1", "2026-02-01", "60.00")
    act = {"reason": "Bankrupt", "waived": False, "expected": Decimal("60.00"), "day": TODAY}
    pay(cast.acme, "R-1", "2026-03-01", "10.00")
    with pytest.raises(RefusedError, match=r"50.00 is open by now"):
        services.write_off_line(line, **act)
    services.write_off_line(line, **act | {"expected": Decimal("50.00")})
    assert not PlanLine.objects.open().exists()
    with pytest.raises(RefusedError, match="nothing to give up"):
        services.write_off_line(line, **act | {"expected": Decimal("50.00")})


@pytest.mark.django_db
def test_a_week_without_a_line_is_told_while_it_lasts(cast: Cast):
    receipt = pay(cast.acme, "R-1", "2026-03-01", "100.00")
    assert jobs.open_unapplied_alerts(dt.date(2026, 3, 7)) == 0
    assert jobs.open_unapplied_alerts(dt.date(2026, 3, 8)) == 1
    assert jobs.open_unapplied_alerts(dt.date(2026, 3, 9)) == 0
    assert jobs.close_unapplied_alerts(dt.date(2026, 3, 9)) == 0
    make_line(cast.acme, "L-1", "2026-04-01", "100.00")
    services.apply_credit(receipt, today=TODAY)
    assert jobs.close_unapplied_alerts(TODAY) == 1
    assert Alert.objects.get().closing_reason == "applied"
    line = PlanLine.objects.get()
    act = {"to": None, "amount": Decimal(30), "reason": "Not theirs", "today": TODAY}
    services.move_allocation(receipt, line, **act)
    assert jobs.open_unapplied_alerts(TODAY) == 1
    again = Alert.objects.get()
    assert (again.status, again.amount, again.closing_reason) == ("open", Decimal(30), "")


LINES = (Owed("L-1", Decimal(60)), Owed("L-2", Decimal(40)), Owed("L-3", Decimal(25)))


@pytest.mark.parametrize(
    ("amount", "points", "reasons", "line", "sure"),
    [
        (40, {Reason.PAYER}, (Reason.PAYER, Reason.LINE), "L-2", True),
        (100, {Reason.NAME}, (Reason.NAME, Reason.OLDEST), "", True),
        (125, set(), (Reason.ALL,), "", False),
        (99, {Reason.NUMBER}, (Reason.NUMBER,), "", True),
        (99, {Reason.PAYER}, (Reason.PAYER,), "", False),
    ],
)
def test_guesses_say_why(amount, points, reasons, line, sure):
    [found] = suggest(Decimal(amount), [Candidate(1, LINES, frozenset(points))])
    assert (found.reasons, found.line_no, found.is_sure) == (reasons, line, sure)


def test_two_that_are_pointed_to_are_not_sure_and_nothing_speaks_for_the_third():
    candidates = [
        Candidate(1, LINES, frozenset({Reason.PAYER})),
        Candidate(2, (), frozenset({Reason.PAYER})),
        Candidate(3, (Owed("X", Decimal(1)),)),
    ]
    found = suggest(Decimal(60), candidates)
    assert [(s.customer, s.is_sure) for s in found] == [(1, False), (2, False)]
