"""Ageing as at any day, from the running SQL."""

import datetime as dt
import re
from dataclasses import asdict
from decimal import Decimal

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from conftest import as_role
from contracts import exports, jobs, reports, services
from contracts.models import Ageing, Allocation, PlanLine, Receipt
from contracts.rules.ageing import BUCKETS
from contracts.tests import worlds
from contracts.tests.make import TODAY, day, make_line, pay
from core import sql
from core.context import acting
from core.models import Version
from core.tables.write import ExportRequest
from core.versions import open_partitions
from customers.models import Customer
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db


def columns(row):
    """The columns of a row that hold money."""
    return {
        name: str(value)
        for name, value in asdict(row).items()
        if isinstance(value, Decimal) and value
    }


@pytest.fixture
def four_lines(cast: Cast):
    """The worked example of B4."""
    for number, due_on, amount in (
        ("1", "2025-06-30", "30000"), ("2", "2025-08-15", "40000"),
        ("3", "2025-09-30", "50000"), ("4", "2025-11-15", "20000"),
    ):  # fmt: skip
        make_line(cast.acme, number, due_on, amount)
    for number, received_on, amount in (
        ("A", "2025-07-10", "20000"), ("B", "2025-09-20", "25000"),
        ("C", "2025-10-25", "30000"), ("D", "2025-11-01", "80000"),
    ):  # fmt: skip
        pay(cast.acme, number, received_on, amount)
    return cast.acme


def test_the_worked_example(four_lines: Customer):
    (august,) = reports.customer_ageing(four_lines, day("2025-08-31"))
    assert columns(august) == {
        "not_due": "70000.00", "d1_30": "40000.00", "d61_90": "10000.00",
        "overdue": "50000.00", "balance": "120000.00",
    }  # fmt: skip
    assert (august.customer_code, august.currency, august.oldest_due_on) == (
        "ACME",
        "CNY",
        day("2025-06-30"),
    )
    (october,) = reports.customer_ageing(four_lines, day("2025-10-01"))
    assert columns(october) == {
        "not_due": "20000.00", "d1_30": "50000.00", "d31_60": "25000.00",
        "overdue": "75000.00", "balance": "95000.00",
    }  # fmt: skip
    (november,) = reports.customer_ageing(four_lines, day("2025-11-01"))
    assert columns(november) == {"unallocated": "15000.00", "balance": "-15000.00"}
    assert november.oldest_due_on is None


@pytest.mark.parametrize(
    ("as_at", "column"),
    [
        ("2025-12-31", "not_due"),
        ("2026-01-01", "d1_30"), ("2026-01-30", "d1_30"),
        ("2026-01-31", "d31_60"), ("2026-03-01", "d31_60"),
        ("2026-03-02", "d61_90"), ("2026-03-31", "d61_90"),
        ("2026-04-01", "d91_180"), ("2026-06-29", "d91_180"),
        ("2026-06-30", "d181_365"), ("2026-12-31", "d181_365"),
        ("2027-01-01", "d365_plus"),
    ],
)  # fmt: skip
def test_edges_of_the_buckets_over_the_year_s_end(cast: Cast, as_at, column):
    make_line(cast.acme, "1", "2025-12-31", "10.00")
    (row,) = reports.customer_ageing(cast.acme, day(as_at))
    held = {name for name in BUCKETS if getattr(row, name)}
    assert held == {column}


def test_who_owes_nothing_and_has_no_credit_does_not_appear(cast: Cast):
    make_line(cast.acme, "1", "2025-12-31", "10.00")
    pay(cast.acme, "A", "2025-12-01", "10.00")
    make_line(cast.bolt, "2", "2025-12-31", "10.00", issued_on=day("2025-12-02"))
    make_line(cast.wolf, "3", "2025-12-31", "10.00", state="void")
    assert reports.ageing(None, day("2025-12-01")) == []


def test_currencies_are_never_added_together(cast: Cast):
    make_line(cast.acme, "1", "2025-12-31", "10.00")
    make_line(cast.acme, "2", "2025-12-31", "7.00", currency="USD")
    pay(cast.acme, "A", "2025-12-01", "1.00", currency="EUR")
    rows = reports.ageing(None, day("2025-12-01"))
    assert [(row.currency, str(row.balance)) for row in rows] == [
        ("CNY", "10.00"),
        ("EUR", "-1.00"),
        ("USD", "7.00"),
    ]


def test_a_bill_in_transit_is_shown_but_does_not_pay_before_it_matures(cast: Cast):
    make_line(cast.acme, "1", "2025-11-30", "10.00")
    pay(
        cast.acme,
        "A",
        "2025-12-01",
        "10.00",
        method="acceptance_bill",
        matures_on=day("2026-02-01"),
    )
    for as_at in ("2025-12-01", "2026-01-31"):
        assert str(reports.customer_ageing(cast.acme, day(as_at))[0].balance) == "10.00"
        assert reports.in_transit(cast.acme, day(as_at)) == {"CNY": Decimal("10.00")}
    assert reports.customer_ageing(cast.acme, day("2026-02-01")) == []
    assert reports.in_transit(cast.acme, day("2026-02-01")) == {}
    assert reports.in_transit(cast.acme, day("2025-11-30")) == {}


def test_a_reversal_moves_no_earlier_day(cast: Cast):
    make_line(cast.acme, "1", "2025-11-30", "10.00")
    made = pay(cast.acme, "A", "2025-12-01", "15.00")
    before = reports.customer_ageing(cast.acme, day("2025-12-09"))
    assert columns(before[0]) == {"unallocated": "5.00", "balance": "-5.00"}
    services.reverse_receipt(made, on=day("2025-12-10"), reason="Bounced")
    assert reports.customer_ageing(cast.acme, day("2025-12-09")) == before
    assert str(reports.customer_ageing(cast.acme, day("2025-12-10"))[0].balance) == "10.00"


def test_written_off_money_was_owed_until_then(cast: Cast):
    make_line(
        cast.acme, "1", "2025-06-30", "10.00", state="written_off", written_off_on=day("2025-12-10")
    )
    assert str(reports.customer_ageing(cast.acme, day("2025-12-09"))[0].overdue) == "10.00"
    assert reports.customer_ageing(cast.acme, day("2025-12-10")) == []


def test_open_lines_of_a_customer_are_what_the_ageing_adds_up(four_lines: Customer):
    found = [
        (row.line.line_no, str(row.remainder), row.days_overdue, row.bucket)
        for row in reports.open_lines(four_lines, day("2025-08-31"))
    ]
    assert found == [
        ("1", "10000.00", 62, "d61_90"), ("2", "40000.00", 16, "d1_30"),
        ("3", "50000.00", -30, "not_due"), ("4", "20000.00", -76, "not_due"),
    ]  # fmt: skip
    assert reports.open_lines(four_lines, day("2025-11-01")) == []


def test_people_see_and_export_the_ageing_of_their_own_customers(cast: Cast):
    for customer in (cast.acme, cast.bolt, cast.wolf):
        make_line(customer, customer.code, "2025-06-30", "10.00")
    mine = Customer.objects.visible_to(cast.alice)
    assert [row.customer_code for row in reports.ageing(mine, TODAY)] == ["ACME"]
    with acting(user_id=cast.alice.pk, actor="alice"), as_role("crm_app"):
        assert [row.customer_code for row in reports.ageing(None, TODAY)] == ["ACME"]
        request = ExportRequest(as_of=TODAY, user=cast.olga)
        assert [row[0] for row in exports.AGEING.rows(request)] == ["ACME"]
    names = [column.name for column in exports.AGEING.columns]
    everything = list(exports.AGEING.rows(ExportRequest(as_of=TODAY)))
    assert [dict(zip(names, row, strict=True))["customer_code"] for row in everything] == [
        "ACME",
        "BOLT",
        "WOLF",
    ]
    assert everything[0] == (
        "ACME", "CNY", 0, 0, 0, 0, 0, Decimal("10.00"), 0,
        Decimal("10.00"), 0, Decimal("10.00"), day("2025-06-30"),
    )  # fmt: skip


def make_version(as_of: dt.date) -> Version:
    version = Version.objects.create(business_date=as_of, status="published", is_current=True)
    open_partitions(version.pk)
    return version


def test_the_night_writes_what_the_ledger_says(four_lines: Customer, cast: Cast):
    make_line(cast.wolf, "W", "2025-06-30", "10.00")
    version = make_version(day("2025-08-31"))
    assert jobs.write_ageing(version.business_date, version.pk) == 2
    stored = Ageing.objects.filter(version=version).order_by("customer__code")
    for row, expected in zip(stored, reports.ageing(None, version.business_date), strict=True):
        facts = {name: getattr(row, name) for name in asdict(expected) if hasattr(row, name)}
        assert facts == {name: value for name, value in asdict(expected).items() if name in facts}
        assert len(facts) == 13
    assert Ageing.objects.visible_to(cast.alice).count() == 1
    with acting(user_id=cast.wendy.pk, actor="wendy"), as_role("crm_app"):
        assert [row.customer_id for row in Ageing.objects.all()] == [cast.wolf.pk]


def test_the_ageing_of_one_customer_reads_by_its_indexes(cast: Cast):
    others = [make_customer(f"C{number}", cast.east) for number in range(300)]
    lines = PlanLine.objects.bulk_create(
        PlanLine(
            line_no=f"{customer.code}-{number}", customer=customer, issued_on=TODAY, due_on=TODAY,
            original_due_on=TODAY, amount=Decimal("20.00"),
        )
        for customer in others for number in range(10)
    )  # fmt: skip
    receipts = Receipt.objects.bulk_create(
        Receipt(
            receipt_no=line.line_no, customer=line.customer, received_on=TODAY,
            amount=Decimal("10.00"),
        )
        for line in lines
    )  # fmt: skip
    services.book(
        Allocation(
            receipt=receipt, line=line, customer_id=line.customer_id, amount=receipt.amount,
            allocated_on=TODAY,
        )
        for receipt, line in zip(receipts, lines, strict=True)
    )  # fmt: skip
    with connection.cursor() as cursor:
        with as_role("crm_owner"):
            cursor.execute("ANALYZE contracts_planline, contracts_receipt, contracts_allocation")
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        statement = sql.read(reports.SQL / "ageing.sql")
        cursor.execute(f"EXPLAIN {statement}", {"day": TODAY, "customers": [cast.acme.pk]})
        plan = "\n".join(line for (line,) in cursor.fetchall())
    for index in (
        r"planline\w*_customer\w*",
        r"receipt_(?:with_credit|customer\w*)",
        r"allocation\w*",
    ):
        assert re.search(rf"using \w*{index} on contracts_", plan), plan
    assert "Seq Scan on contracts" not in plan


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=worlds.LINES, receipts=worlds.RECEIPTS, as_at=worlds.days(480))
def test_sql_equals_the_rule_and_never_loses_a_cent(cast: Cast, lines, receipts, as_at):
    customers = [cast.acme, cast.bolt]
    with transaction.atomic():
        worlds.post(customers, lines, receipts)
        everybody = {(row.customer_id, row.currency): row for row in reports.ageing(None, as_at)}
        for customer in customers:
            alone = reports.customer_ageing(customer, as_at)
            assert alone == [row for key, row in sorted(everybody.items()) if key[0] == customer.pk]
            for currency in ("CNY", "USD"):
                rule = worlds.by_the_rule(customer, currency, as_at)
                assert_equal(everybody.get((customer.pk, currency)), rule)
        assert_sums_are_the_ledgers()
        transaction.set_rollback(True)


def assert_equal(row, rule):
    names = (*BUCKETS, "overdue", "unallocated", "balance", "oldest_due_on")
    expected = {name: getattr(rule, name) for name in names}
    if row is None:
        assert not any(expected.values())
        return
    assert {name: getattr(row, name) for name in names} == expected
    assert sum(getattr(row, name) for name in BUCKETS) - row.unallocated == row.balance


def assert_sums_are_the_ledgers():
    for line in PlanLine.objects.all():
        assert line.paid == sum(line.allocations.values_list("amount", flat=True))
    for receipt in Receipt.objects.all():
        assert receipt.allocated == sum(receipt.allocations.values_list("amount", flat=True))
