"""What was asked for and what came by month: the SQL against the rules of B4 and B5."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from contracts.reports.collecting import collecting
from contracts.reports.doubtful import doubtful
from contracts.rules.ageing import BUCKETS
from contracts.rules.measures import due_collection_rate, measures
from contracts.services import reverse_receipt, write_off_line
from contracts.services.credit_use import refund_credit
from contracts.tests import worlds
from contracts.tests.make import day, make_line, pay
from core.rules import ZERO, Window, percent, window
from customers.models import Customer
from tests.cast import Cast

pytestmark = pytest.mark.django_db
STARTS = [dt.date(2025, month, 1) for month in (10, 11, 12)]
STARTS += [dt.date(2026, month, 1) for month in (1, 2, 3, 4)]
QUARTER = [dt.date(2025, 1, 1), dt.date(2025, 4, 1)]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=worlds.LINES, receipts=worlds.RECEIPTS)
def test_every_month_is_what_the_rules_make_of_the_ledger(cast: Cast, lines, receipts):
    with transaction.atomic():
        worlds.post([cast.acme, cast.bolt], lines, receipts)
        for customer in (cast.acme, cast.bolt):
            found = collecting([customer.pk], STARTS)
            for currency in ("CNY", "USD"):
                if currency in found:
                    check(customer, currency, found[currency][None])
        transaction.set_rollback(True)


def check(customer: Customer, currency: str, months, starts=STARTS) -> None:
    ledger = worlds.ledger_lines(customer, currency)
    for last in range(1, len(starts)):
        end = starts[last] - dt.timedelta(1)
        ageing = worlds.by_the_rule(customer, currency, end)
        bad = doubtful([customer.pk], end).get(currency, {}).get(None)
        lost = worlds.given_up(customer, currency, window(end).after, end, waived=False)
        assert (bad.bad.lost if bad else ZERO) == lost
        for length in range(1, last + 1):
            after = starts[last - length] - dt.timedelta(1)
            period = months.period(last, length)
            assert period.end == sum(getattr(ageing, name) for name in BUCKETS)
            assert period.end_not_due == ageing.not_due
            assert period.sales == sum(
                line.amount
                for line in ledger
                if after < line.issued_on <= end and not line.is_refund
            )
            assert period.written_off == worlds.given_up(customer, currency, after, end)
            expected = due_collection_rate(ledger, Window(after, end))
            assert measures(period).due_collection_rate == expected
            assert period.days == (end - after).days


def test_the_worked_example(cast: Cast):
    """Begin 400,000, sales 900,000, end 450,000 of which 300,000 not due, 90 days."""
    make_line(cast.acme, "1", "2025-01-15", "400000", issued_on=day("2024-12-01"))
    make_line(cast.acme, "2", "2025-03-01", "600000", issued_on=day("2025-01-10"))
    make_line(cast.acme, "3", "2025-04-30", "300000", issued_on=day("2025-03-20"))
    pay(cast.acme, "A", "2025-02-01", "400000", line_no="1")
    pay(cast.acme, "B", "2025-03-05", "450000", line_no="2")
    period = collecting(None, QUARTER)["CNY"][None].period(1, 1)
    found = measures(period)
    assert (period.begin, period.sales, period.end, period.end_not_due, period.days) == (
        400_000, 900_000, 450_000, 300_000, 90,
    )  # fmt: skip
    assert (found.dso, found.best_possible_dso, found.average_days_delinquent) == (45, 30, 15)
    assert percent(found.cei, 1) == Decimal("85.0")
    assert percent(found.collection_rate) == Decimal("65.38")
    assert found.due_collection_rate == Decimal("0.85")  # 850,000 of 1,000,000


def test_what_is_given_up_is_told_apart_and_was_not_collected(cast: Cast):
    line = make_line(cast.acme, "1", "2025-02-01", "1000")
    pay(cast.acme, "A", "2025-02-10", "400")
    write_off_line(
        line, reason="Bankrupt", waived=False, expected=Decimal(600), day=day("2025-03-10")
    )
    never_due = make_line(cast.acme, "2", "2025-06-01", "50")
    write_off_line(
        never_due, reason="Favour", waived=True, expected=Decimal(50), day=day("2025-03-11")
    )
    starts = [dt.date(2025, month, 1) for month in (1, 2, 3, 4, 5, 6, 7)]
    months = collecting(None, starts)["CNY"][None]
    assert [months.period(last, 1).end for last in range(1, 7)] == [1050, 650, 0, 0, 0, 0]
    assert [months.period(last, 1).end_not_due for last in range(1, 7)] == [1050, 50, 0, 0, 0, 0]
    march = months.period(3, 1)
    assert (march.written_off, march.due, march.collected) == (650, 600, 0)
    assert [months.period(last, 1).due for last in (4, 5, 6)] == [0, 0, 0]


def test_a_bill_on_its_way_is_not_given_up_with_the_rest(cast: Cast):
    """It counts from the day on which the rest is; cash taken back later was never decided on."""
    line = make_line(cast.acme, "1", "2025-02-01", "1000")
    bill = {"method": "acceptance_bill", "matures_on": day("2025-05-20"), "line_no": "1"}
    pay(cast.acme, "bill", "2025-02-05", "400", **bill)
    cash = pay(cast.acme, "cash", "2025-02-10", "100", line_no="1")
    write_off_line(
        line, reason="Bankrupt", waived=False, expected=Decimal(500), day=day("2025-03-10")
    )
    reverse_receipt(cash, on=day("2025-04-10"), reason="Contested")
    starts = [dt.date(2025, month, 1) for month in (1, 2, 3, 4, 5, 6)]
    months = collecting(None, starts)["CNY"][None]
    found = [months.period(last, 1) for last in range(1, 6)]
    assert [each.end for each in found] == [1000, 900, 0, 0, 0]
    assert [each.written_off for each in found] == [0, 0, 500, 0, 0]
    assert [(each.due, each.collected) for each in found] == [
        (0, 0), (1000, 100), (900, 400), (0, -100), (0, 0),
    ]  # fmt: skip
    check(cast.acme, "CNY", months, starts)
    assert doubtful(None, day("2025-06-30"))["CNY"][None].bad.lost == 500


def test_money_paid_back_is_no_sale(cast: Cast):
    make_line(cast.acme, "1", "2025-02-01", "100")
    receipt = pay(cast.acme, "A", "2025-02-01", "130")
    refund_credit(
        receipt,
        amount=Decimal(30),
        on=day("2025-03-01"),
        reason="Asked for",
        today=day("2025-03-01"),
    )
    starts = [dt.date(2025, month, 1) for month in (1, 4, 5, 6)]
    months = collecting(None, starts)["CNY"][None]
    quarter = months.period(1, 1)
    assert (quarter.sales, quarter.end, quarter.due, quarter.collected) == (100, 0, 100, 100)
    reverse_receipt(receipt, on=day("2025-04-10"), reason="Bounced")  # what was paid back is owed
    pay(cast.acme, "B", "2025-05-05", "130")
    months = collecting(None, starts)["CNY"][None]
    assert months.period(1, 1) == quarter
    assert [months.period(last, 1).end for last in (2, 3)] == [130, 0]
    check(cast.acme, "CNY", months, starts)
