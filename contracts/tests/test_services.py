"""Posting, allocating and taking back money, on the running database."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from conftest import as_role
from contracts import services
from contracts.models import Allocation, PlanLine, Receipt
from contracts.tests.make import TODAY, day, make_line, pay
from core.context import acting
from core.errors import RefusedError
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def ledger(receipt: Receipt):
    """Line, amount and day of a receipt's rows, in the order they were booked."""
    rows = receipt.allocations.order_by("id")
    return [(row.line.line_no, str(row.amount), row.allocated_on.isoformat()) for row in rows]


def paid(*lines: PlanLine):
    return [str(PlanLine.objects.get(pk=line.pk).paid) for line in lines]


def test_the_named_line_is_paid_first_then_the_oldest_due(cast: Cast):
    old = make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    older_number = make_line(cast.acme, "L-0", "2025-03-01", "100.00")
    named = make_line(cast.acme, "L-9", "2025-09-01", "50.00")
    receipt = pay(cast.acme, "R-1", "2025-04-01", "180.00", line_no="L-9")
    assert ledger(receipt) == [
        ("L-9", "50.00", "2025-04-01"),
        ("L-1", "100.00", "2025-04-01"),
        ("L-0", "30.00", "2025-04-01"),
    ]
    assert paid(old, older_number, named) == ["100.00", "30.00", "50.00"]
    assert receipt.allocated == Decimal("180.00")


def test_what_no_line_needs_stays_as_credit(cast: Cast):
    make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    receipt = pay(cast.acme, "R-1", "2025-04-01", "180.00")
    assert (receipt.amount, receipt.allocated) == (Decimal("180.00"), Decimal("100.00"))


def test_other_customers_and_currencies_are_left_alone(cast: Cast):
    bolts = make_line(cast.bolt, "B-1", "2025-02-01", "100.00")
    dollars = make_line(cast.acme, "D-1", "2025-02-01", "100.00", currency="USD")
    receipt = pay(cast.acme, "R-1", "2025-04-01", "50.00")
    assert ledger(receipt) == []
    assert paid(bolts, dollars) == ["0.00", "0.00"]


def test_money_that_comes_before_its_line_is_issued_counts_from_the_issue(cast: Cast):
    make_line(cast.acme, "L-1", "2025-06-01", "100.00", issued_on=day("2025-05-01"))
    assert ledger(pay(cast.acme, "R-1", "2025-04-01", "100.00")) == [
        ("L-1", "100.00", "2025-05-01")
    ]


def test_an_acceptance_bill_counts_when_it_matures(cast: Cast):
    make_line(cast.acme, "L-1", "2025-06-01", "100.00")
    bill = pay(
        cast.acme,
        "R-1",
        "2025-04-01",
        "100.00",
        method="acceptance_bill",
        matures_on=day("2025-10-01"),
    )
    assert ledger(bill) == [("L-1", "100.00", "2025-10-01")]


def test_the_same_receipt_twice_is_recorded_once(cast: Cast):
    line = make_line(cast.acme, "L-1", "2025-06-01", "100.00")
    first = pay(cast.acme, "R-1", "2025-04-01", "30.00")
    assert pay(cast.acme, "R-1", "2025-04-01", "30.00") == first
    assert paid(line) == ["30.00"]


@pytest.mark.parametrize("facts", [("2025-04-02", "30.00"), ("2025-04-01", "31.00")])
def test_a_receipt_number_with_other_facts_is_refused(cast: Cast, facts):
    pay(cast.acme, "R-1", "2025-04-01", "30.00")
    with pytest.raises(RefusedError, match="R-1 is already recorded with other facts"):
        pay(cast.acme, "R-1", *facts)


def test_a_receipt_number_of_another_customer_is_refused_and_says_nothing_of_it(cast: Cast):
    pay(cast.wolf, "R-1", "2025-04-01", "30.00")
    with acting(user_id=cast.alice.pk, actor="alice"), as_role("crm_app"):
        with pytest.raises(RefusedError, match="R-1 is already recorded with other facts"):
            pay(cast.acme, "R-1", "2025-04-01", "30.00")
        assert Receipt.objects.count() == 0


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"amount": "0.00"}, "must be more than 0"),
        ({"amount": "-5.00"}, "must be more than 0"),
        ({"amount": "5.001"}, "at most two decimals"),
        ({"line_no": "NONE"}, "no plan line NONE"),
        ({"line_no": "B-1"}, "no plan line B-1"),
        ({"line_no": "D-1"}, "D-1 is in USD, the money in CNY"),
        ({"line_no": "V-1"}, "V-1 is void"),
        ({"line_no": "W-1"}, "W-1 was written off"),
        ({"method": "acceptance_bill"}, "needs the day it matures"),
        ({"method": "acceptance_bill", "matures_on": day("2025-03-01")}, "cannot mature before"),
    ],
)
def test_receipts_that_cannot_be(cast: Cast, entry, message):
    make_line(cast.bolt, "B-1", "2025-02-01", "100.00")
    make_line(cast.acme, "D-1", "2025-02-01", "100.00", currency="USD")
    make_line(cast.acme, "V-1", "2025-02-01", "100.00", state="void")
    make_line(cast.acme, "W-1", "2025-02-01", "9.00", state="written_off", written_off_on=TODAY)
    amount = entry.pop("amount", "30.00")
    with pytest.raises(RefusedError, match=message):
        pay(cast.acme, "R-1", "2025-04-01", amount, **entry)
    assert not Receipt.objects.exists()
    assert not Allocation.objects.exists()


def test_credit_allocated_by_hand_counts_from_that_day(cast: Cast):
    receipt = pay(cast.acme, "R-1", "2025-04-01", "80.00")
    line = make_line(cast.acme, "L-1", "2025-06-01", "100.00")
    row = services.allocate(
        receipt, line, amount=Decimal("80.00"), on=day("2025-05-20"), today=TODAY
    )
    assert row.allocated_on == day("2025-05-20")
    assert paid(line) == ["80.00"]


@pytest.mark.parametrize(
    ("line_no", "amount", "message"),
    [
        ("L-1", "100.01", "L-1 has only 100.00 left"),
        ("L-1", "0.00", "must be more than 0"),
        ("L-2", "150.01", "R-1 has only 150.00 left"),
        ("B-1", "10.00", "different customers"),
        ("D-1", "10.00", "D-1 is in USD"),
        ("V-1", "10.00", "V-1 is void"),
        ("W-1", "10.00", "W-1 was written off"),
    ],
)
def test_allocations_that_do_not_fit(cast: Cast, line_no, amount, message):
    receipt = pay(cast.acme, "R-1", "2025-04-01", "150.00")
    make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    make_line(cast.acme, "L-2", "2025-02-01", "1000.00")
    make_line(cast.bolt, "B-1", "2025-02-01", "100.00")
    make_line(cast.acme, "D-1", "2025-02-01", "100.00", currency="USD")
    make_line(cast.acme, "V-1", "2025-02-01", "100.00", state="void")
    make_line(cast.acme, "W-1", "2025-02-01", "99.00", state="written_off", written_off_on=TODAY)
    line = PlanLine.objects.get(line_no=line_no)
    with pytest.raises(RefusedError, match=message):
        services.allocate(receipt, line, amount=Decimal(amount), on=TODAY, today=TODAY)
    assert not Allocation.objects.exists()


def test_a_reversal_books_negative_rows_on_its_day(cast: Cast):
    line = make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    receipt = pay(cast.acme, "R-1", "2025-04-01", "150.00")
    receipt = services.reverse_receipt(receipt, on=day("2025-04-10"), reason="Cheque bounced")
    assert ledger(receipt) == [("L-1", "100.00", "2025-04-01"), ("L-1", "-100.00", "2025-04-10")]
    assert paid(line) == ["0.00"]
    assert (receipt.allocated, receipt.reversed_on) == (Decimal("0.00"), day("2025-04-10"))


@pytest.mark.parametrize(
    ("on", "reason", "message"),
    [("2025-03-31", "Bounced", "cannot be reversed earlier"), ("2025-04-02", " ", "Say why")],
)
def test_reversals_that_cannot_be(cast: Cast, on, reason, message):
    receipt = pay(cast.acme, "R-1", "2025-04-01", "150.00")
    with pytest.raises(RefusedError, match=message):
        services.reverse_receipt(receipt, on=day(on), reason=reason)


def test_a_receipt_is_reversed_only_once_and_gives_nothing_after_that(cast: Cast):
    receipt = pay(cast.acme, "R-1", "2025-04-01", "150.00")
    services.reverse_receipt(receipt, on=day("2025-04-10"), reason="Bounced")
    with pytest.raises(RefusedError, match="already reversed on 2025-04-10"):
        services.reverse_receipt(receipt, on=day("2025-04-11"), reason="Bounced")
    line = make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    with pytest.raises(RefusedError, match="was reversed on 2025-04-10"):
        services.allocate(receipt, line, amount=Decimal("1.00"), on=TODAY, today=TODAY)


def test_money_for_a_line_whose_payment_bounced_counts_from_the_day_it_bounced(cast: Cast):
    make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    bounced = pay(cast.acme, "R-1", "2025-04-01", "80.00")
    services.reverse_receipt(bounced, on=day("2025-04-10"), reason="Bounced")
    assert ledger(pay(cast.acme, "R-2", "2025-04-05", "20.00")) == [("L-1", "20.00", "2025-04-05")]
    assert ledger(pay(cast.acme, "R-3", "2025-04-05", "5.00")) == [("L-1", "5.00", "2025-04-10")]
    assert ledger(pay(cast.acme, "R-4", "2025-04-12", "75.00")) == [("L-1", "75.00", "2025-04-12")]


def refused_by_the_database(message, run):
    with pytest.raises(Exception, match=message), transaction.atomic():
        run()


@pytest.mark.parametrize("role", ["crm_app", "crm_job", "crm_owner", "postgres"])
def test_rows_of_the_ledger_are_never_changed_or_deleted(cast: Cast, role):
    make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    pay(cast.acme, "R-1", "2025-04-01", "150.00")
    statements = ("UPDATE contracts_allocation SET amount = 1", "DELETE FROM contracts_allocation")
    for statement in statements:
        with (
            acting(user_id=cast.alice.pk, actor="alice"),
            as_role(role),
            pytest.raises(Exception, match=r"permission denied|never changed"),
            transaction.atomic(),
        ):
            connection.cursor().execute(statement)


def test_the_sums_of_the_ledger_are_written_by_the_ledger_alone(cast: Cast):
    line = make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    receipt = pay(cast.acme, "R-1", "2025-04-01", "50.00")
    refused_by_the_database("sum of the ledger", lambda: PlanLine.objects.update(paid=0))
    refused_by_the_database("sum of the ledger", lambda: Receipt.objects.update(allocated=0))
    refused_by_the_database(
        "sum of the ledger",
        lambda: make_line(cast.acme, "L-2", "2025-02-01", "9.00", paid=Decimal(3)),
    )
    assert paid(line) == ["50.00"]
    assert Receipt.objects.get(pk=receipt.pk).allocated == Decimal("50.00")


def test_the_database_refuses_what_the_code_forgets(cast: Cast):
    line = make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    dollars = make_line(cast.acme, "D-1", "2025-02-01", "100.00", currency="USD")
    bolts = make_line(cast.bolt, "B-1", "2025-02-01", "100.00")
    receipt = pay(cast.acme, "R-1", "2025-04-01", "150.00")

    def row(line, amount, customer=cast.acme):
        return Allocation.objects.create(
            receipt=receipt,
            line=line,
            customer=customer,
            amount=Decimal(amount),
            allocated_on=TODAY,
        )

    refused_by_the_database("one customer and currency", lambda: row(dollars, "1.00"))
    refused_by_the_database("one customer and currency", lambda: row(bolts, "1.00"))
    refused_by_the_database("one customer and currency", lambda: row(line, "1.00", cast.bolt))
    refused_by_the_database("planline_paid_within_amount", lambda: row(line, "0.01"))
    refused_by_the_database("planline_paid_within_amount", lambda: row(line, "-100.01"))
    refused_by_the_database("allocation_not_zero", lambda: row(line, "0.00"))
    more = make_line(cast.acme, "L-2", "2025-02-01", "100.00")
    refused_by_the_database("receipt_allocated_within_amount", lambda: row(more, "50.01"))
    lines = PlanLine.objects.filter(pk=line.pk)
    refused_by_the_database("money is booked here", lambda: lines.update(currency="USD"))
    refused_by_the_database("money is booked here", lambda: lines.update(customer=cast.bolt))
    refused_by_the_database("money is booked here", lambda: lines.update(state="void"))
    receipts = Receipt.objects.filter(pk=receipt.pk)
    refused_by_the_database("money is booked here", lambda: receipts.update(currency="USD"))


def test_history_tells_who_recorded_the_receipt_and_leaves_out_the_sums(cast: Cast):
    with acting(user_id=cast.fiona.pk, actor="fiona"):
        make_line(cast.acme, "L-1", "2025-02-01", "100.00")
        receipt = pay(cast.acme, "R-1", "2025-04-01", "50.00")
        assert receipt.allocations.get().actor == "fiona"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, operation, actor, changes ? 'paid', changes ? 'allocated'"
            "  FROM core_history"
            " WHERE customer_id = %s AND table_name LIKE 'contracts_%%' ORDER BY id",
            [cast.acme.pk],
        )
        assert cursor.fetchall() == [
            ("contracts_planline", "I", "fiona", False, False),
            ("contracts_receipt", "I", "fiona", False, False),
        ]


def test_the_web_role_sees_and_books_only_its_own_customers_money(cast: Cast):
    make_line(cast.wolf, "W-1", "2025-02-01", "100.00")
    mine = make_line(cast.acme, "L-1", "2025-02-01", "100.00")
    theirs = pay(cast.wolf, "R-W", "2025-04-01", "20.00")
    with acting(user_id=cast.alice.pk, actor="alice"), as_role("crm_app"):
        assert list(PlanLine.objects.values_list("line_no", flat=True)) == ["L-1"]
        assert list(Receipt.objects.values_list("receipt_no", flat=True)) == []
        assert Allocation.objects.count() == 0
        receipt = pay(cast.acme, "R-1", "2025-04-01", "30.00")
        assert ledger(receipt) == [("L-1", "30.00", "2025-04-01")]
        with (
            pytest.raises(Exception, match=r"row-level security|one customer"),
            transaction.atomic(),
        ):
            Allocation.objects.create(
                receipt_id=theirs.pk, line_id=mine.pk, customer=cast.wolf,
                amount=Decimal("1.00"), allocated_on=TODAY,
            )  # fmt: skip
    assert paid(mine) == ["30.00"]


def test_a_bill_without_maturity_cannot_be_stored(cast: Cast):
    with pytest.raises(IntegrityError, match="receipt_bill_has_maturity"), transaction.atomic():
        Receipt.objects.create(
            customer=cast.acme, receipt_no="R", received_on=dt.date(2025, 1, 1),
            amount=Decimal(1), method="acceptance_bill",
        )  # fmt: skip
