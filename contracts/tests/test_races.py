"""R9: whoever comes second loses, and no cent is counted twice."""

import threading
from collections import Counter
from contextlib import contextmanager
from decimal import Decimal

import pytest
from django.db import connection, transaction

from conftest import as_role
from contracts import services
from contracts.models import Allocation, BankLine, CreditHold, CreditState, PlanLine, Receipt
from contracts.services import invoices
from contracts.services.credit import hold_credit, keep_credit, lift_hold
from contracts.tests.make import TODAY, make_line, pay
from core.errors import RefusedError
from customers.models import Customer
from customers.services.credit import set_credit_limit
from organization.models import User
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12
CREDIT_ROUNDS = 6


@pytest.fixture
def acme():
    return make_cast().acme


def at_once(*acts):
    """Run the acts in a thread each, started together; counts how they ended."""
    barrier = threading.Barrier(len(acts))
    ends: Counter[str] = Counter()

    def run(act):
        try:
            barrier.wait()
            act()
            ends["won"] += 1
        except RefusedError:
            ends["refused"] += 1
        except Exception as error:
            ends[type(error).__name__] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    return dict(ends)


def test_the_same_receipt_twice_at_once_is_recorded_once(acme: Customer):
    for number in range(ROUNDS):
        line = make_line(acme, f"L-{number}", "2025-03-01", "100.00")

        def post(number=number):
            return pay(acme, f"R-{number}", "2025-02-01", "60.00", line_no=f"L-{number}")

        assert at_once(post, post) == {"won": 2}  # the second gets the one recorded before
        assert Receipt.objects.filter(receipt_no=f"R-{number}").count() == 1
        assert PlanLine.objects.get(pk=line.pk).paid == Decimal("60.00")


def test_two_facts_under_one_number_at_once_only_one_is_recorded(acme: Customer):
    for number in range(ROUNDS):
        ends = at_once(
            lambda number=number: pay(acme, f"R-{number}", "2025-02-01", "60.00"),
            lambda number=number: pay(acme, f"R-{number}", "2025-02-01", "70.00"),
        )
        assert ends == {"won": 1, "refused": 1}


def test_a_line_takes_no_more_than_it_needs(acme: Customer):
    for number in range(ROUNDS):
        receipts = [pay(acme, f"R-{number}-{each}", "2025-02-01", "100.00") for each in range(2)]
        line = make_line(acme, f"L-{number}", "2025-03-01", "100.00")

        def put(receipt, line=line):
            services.allocate(receipt, line, amount=Decimal("60.00"), on=TODAY, today=TODAY)

        assert at_once(*(lambda r=r: put(r) for r in receipts)) == {"won": 1, "refused": 1}
        assert PlanLine.objects.get(pk=line.pk).paid == Decimal("60.00")
        PlanLine.objects.filter(pk=line.pk).update(
            amount=Decimal("60.00")
        )  # closed for the next round


def test_a_receipt_gives_no_more_than_it_has(acme: Customer):
    for number in range(ROUNDS):
        receipt = pay(acme, f"R-{number}", "2025-02-01", "100.00")
        lines = [make_line(acme, f"L-{number}-{each}", "2025-03-01", "60.00") for each in range(2)]

        def put(line, receipt=receipt):
            services.allocate(receipt, line, amount=Decimal("60.00"), on=TODAY, today=TODAY)

        assert at_once(*(lambda each=each: put(each) for each in lines)) == {"won": 1, "refused": 1}
        assert Receipt.objects.get(pk=receipt.pk).allocated == Decimal("60.00")
        PlanLine.objects.filter(pk__in=[each.pk for each in lines], paid=0).update(state="void")


def test_a_receipt_is_taken_back_once_or_allocated(acme: Customer):
    for number in range(ROUNDS):
        receipt = pay(acme, f"R-{number}", "2025-02-01", "100.00")
        line = make_line(acme, f"L-{number}", "2025-03-01", "100.00")

        def put(receipt=receipt, line=line):
            services.allocate(receipt, line, amount=Decimal("100.00"), on=TODAY, today=TODAY)

        def back(receipt=receipt):
            services.reverse_receipt(receipt, on=TODAY, reason="Bounced")

        ends = at_once(put, back, back)
        assert ends["won"] + ends["refused"] == 3
        assert 1 <= ends["won"] <= 2
        assert PlanLine.objects.get(pk=line.pk).paid == 0
        assert Receipt.objects.get(pk=receipt.pk).allocated == 0
        PlanLine.objects.filter(pk=line.pk).update(amount=0)


def test_two_receipts_at_once_share_a_line_without_loss(acme: Customer):
    for number in range(ROUNDS):
        line = make_line(acme, f"L-{number}", "2025-03-01", "100.00")
        ends = at_once(
            lambda number=number: pay(acme, f"A-{number}", "2025-02-01", "80.00"),
            lambda number=number: pay(acme, f"B-{number}", "2025-02-01", "80.00"),
        )
        assert ends == {"won": 2}
        assert PlanLine.objects.get(pk=line.pk).paid == Decimal("100.00")
        given = Receipt.objects.filter(receipt_no__endswith=f"-{number}").values_list(
            "allocated", flat=True
        )
        assert sorted(given) == [Decimal("20.00"), Decimal("80.00")]


def test_without_constraint_and_locks_the_line_is_overpaid(acme: Customer):
    """Negative control: what the service checks alone would let through when it is not locked."""
    receipts = [pay(acme, f"R-{each}", "2025-02-01", "100.00") for each in range(2)]
    line = make_line(acme, "L", "2025-03-01", "100.00")
    both_have_looked = threading.Barrier(2)

    def put_unlocked(receipt):
        with transaction.atomic():
            seen = PlanLine.objects.get(pk=line.pk)
            both_have_looked.wait()
            if seen.amount - seen.paid >= 60:
                services.book(
                    [
                        Allocation(
                            receipt=receipt,
                            line=line,
                            customer=acme,
                            amount=Decimal(60),
                            allocated_on=TODAY,
                        )
                    ]
                )

    constraint = "planline_paid_within_amount"
    check = "CHECK (paid >= 0 AND paid <= amount)"
    with without_constraint("contracts_planline", constraint, check):
        assert at_once(*(lambda r=r: put_unlocked(r) for r in receipts)) == {"won": 2}
        assert PlanLine.objects.get(pk=line.pk).paid == Decimal("120.00")
        with transaction.atomic():
            services.book(
                Allocation(
                    receipt=r, line=line, customer=acme, amount=Decimal(-60), allocated_on=TODAY
                )
                for r in receipts
            )
    both_have_looked.reset()
    assert at_once(*(lambda r=r: put_unlocked(r) for r in receipts)) == {
        "won": 1,
        "IntegrityError": 1,
    }


@contextmanager
def without_constraint(table, constraint, check):
    """The table without one of its constraints."""
    as_owner(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        as_owner(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {check}")


def as_owner(statement):
    with as_role("crm_owner"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_bank_line_becomes_one_receipt(acme: Customer):
    """Control: the row of the table is locked; the same booked twice is the same receipt."""
    clerk = User.objects.get(role="finance")
    for number in range(ROUNDS):
        line = BankLine.objects.create(
            unit=acme.org_unit, account="6222", reference=f"B-{number}", booked_on=TODAY,
            amount=Decimal("10.00"), is_incoming=True, currency="CNY", uploaded_by=clerk,
        )  # fmt: skip

        def put(line=line):
            services.book_bank_line(line, acme, today=TODAY)

        assert at_once(put, put) == {"won": 2}
        assert Receipt.objects.filter(receipt_no=line.reference).count() == 1


def test_two_invoices_at_once_never_exceed_their_line(acme: Customer):
    """Control by hand, without the lock and the constraint: both are taken in 100 of 100 rounds."""
    clerk = User.objects.get(role="finance")
    wanted = invoices.Wanted("ordinary", "Acme", "", Decimal("0.06"))
    for number in range(ROUNDS):
        line = make_line(acme, f"L-{number}", "2025-03-01", "100.00")

        def ask(line=line):
            parts = {line.pk: Decimal("60.00")}
            invoices.request_invoice(acme, wanted, parts, actor=clerk, today=TODAY)

        assert at_once(ask, ask) == {"won": 1, "refused": 1}
        line.refresh_from_db()
        assert line.invoiced == Decimal("60.00")


def test_a_line_is_written_off_or_paid(acme: Customer):
    for number in range(ROUNDS):
        line = make_line(acme, f"L-{number}", "2025-03-01", "100.00")

        def give_up(line=line):
            expected = Decimal("100.00")
            services.write_off_line(line, reason="Gone", waived=False, expected=expected, day=TODAY)

        ends = at_once(give_up, lambda number=number: pay(acme, f"R-{number}", "2025-02-01", "100"))
        line.refresh_from_db()
        receipt = Receipt.objects.get(receipt_no=f"R-{number}")
        if ends == {"won": 2}:  # written off first: the money is credit
            assert (line.state, line.paid, receipt.allocated) == ("written_off", 0, 0)
            services.refund_credit(
                receipt, amount=Decimal(100), on=TODAY, reason="Cleared", today=TODAY
            )
        else:
            assert ends == {"won": 1, "refused": 1}
            assert (line.state, line.paid, receipt.allocated) == ("open", 100, 100)


def set_limit(customer: Customer, amount: int) -> None:
    """As whoever may sets it: decided, and judged in the same transaction."""
    with transaction.atomic():
        set_credit_limit(
            customer, amount=Decimal(amount), valid_until=None, reason="more",
            actor=User.objects.get(username="greta"),
        )  # fmt: skip
        keep_credit([customer.pk], cause="limit")


def facts_kept(customer: Customer) -> tuple[bool, Decimal | None]:
    """What the kept state knows of both decisions."""
    state = CreditState.objects.get(customer=customer)
    return state.held, state.credit_limit


def test_a_limit_and_a_hold_at_once_are_both_known_and_one_of_two_holds_wins(acme: Customer):
    fiona, bruno = (User.objects.get(username=name) for name in ("fiona", "bruno"))
    for number in range(1, CREDIT_ROUNDS + 1):

        def hold(actor: User):
            hold_credit(acme, reason="Cheque bounced", actor=actor, today=TODAY)

        ends = at_once(
            lambda: hold(fiona), lambda number=number: set_limit(acme, number), lambda: hold(bruno)
        )
        assert ends == {"won": 2, "refused": 1}
        assert facts_kept(acme) == (True, Decimal(number))
        assert CreditState.objects.get().shown == "stop"
        placed = CreditHold.objects.get(lifted_on=None).placed_by
        lift_hold(acme, reason="Paid", actor=bruno if placed == fiona else fiona, today=TODAY)


def test_judged_before_the_lock_one_of_two_decisions_would_be_forgotten(acme: Customer):
    """Negative control: the facts read first, the state locked afterwards."""
    keep_credit([acme.pk], cause="facts")
    both_have_decided, both_have_looked = threading.Barrier(2), threading.Barrier(2)

    def decide(write) -> None:
        with transaction.atomic():
            write()
            both_have_decided.wait()
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT held, credit_limit FROM contracts_credit_at(%s, 'CNY', %s::bigint[])",
                    [TODAY, [acme.pk]],
                )
                held, limit = cursor.fetchone()
            both_have_looked.wait()
            as_owner(
                f"UPDATE contracts_creditstate SET held = {held}, credit_limit = {limit or 'NULL'}"  # noqa: S608  # of the query above
            )

    def hold() -> None:
        CreditHold.objects.create(
            customer=acme, reason="x", placed_on=TODAY, placed_by=User.objects.get(username="fiona")
        )

    def limit() -> None:
        Customer.objects.filter(pk=acme.pk).update(credit_limit=1000)

    assert at_once(lambda: decide(hold), lambda: decide(limit)) == {"won": 2}
    assert facts_kept(acme) != (True, Decimal(1000))
    keep_credit([acme.pk], cause="facts")
    assert facts_kept(acme) == (True, Decimal(1000))
