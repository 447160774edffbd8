"""The statement of account: its balance is that of the ageing, on any day."""

import datetime as dt
from decimal import Decimal

import pytest

from contracts.models import PlanLine
from contracts.reports import customer_ageing
from contracts.reports.account import Entry, accounts
from contracts.services import reverse_receipt
from contracts.tests.make import day, make_line, pay
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_it_runs_from_balance_to_balance_and_equals_the_ageing_on_every_day(cast: Cast):
    make_line(cast.acme, "L-1", "2025-02-28", "300.00", issued_on=day("2025-02-01"))
    make_line(cast.acme, "L-2", "2025-03-31", "50.00", issued_on=day("2025-03-01"))
    make_line(cast.acme, "USD", "2025-03-31", "9.00", issued_on=day("2025-03-01"), currency="USD")
    make_line(cast.acme, "GONE", "2025-02-10", "40.00", issued_on=day("2025-02-01"))
    PlanLine.objects.filter(line_no="GONE").update(
        state="written_off", written_off_on=day("2025-03-05")
    )
    bounced = pay(cast.acme, "R-1", "2025-03-02", "120.00")
    pay(cast.acme, "R-2", "2025-03-10", "400.00")
    reverse_receipt(bounced, on=day("2025-03-12"), reason="bounced")
    for number in range(60):
        until = day("2025-02-01") + dt.timedelta(number)
        ageing = {row.currency: row.balance for row in customer_ageing(cast.acme, until)}
        told = {each.currency: each.closing for each in accounts(cast.acme, until, until)}
        assert {key: value for key, value in told.items() if value} == {
            key: value for key, value in ageing.items() if value
        }, until
    cny, usd = accounts(cast.acme, day("2025-03-01"), day("2025-03-31"))
    assert (cny.opening, cny.asked, cny.came, cny.closing) == (
        Decimal(340), Decimal(170), Decimal(560), Decimal(-50),
    )  # fmt: skip
    assert [row.movement.entry for row in cny.rows] == [
        Entry.LINE, Entry.RECEIPT, Entry.WRITTEN_OFF, Entry.RECEIPT, Entry.REVERSAL,
    ]  # fmt: skip
    assert usd.closing == Decimal(9)


def test_interest_is_a_memo_and_leaves_disputed_lines_out(cast: Cast):
    make_line(cast.acme, "L-1", "2025-09-30", "100000.00")
    make_line(cast.acme, "L-2", "2025-09-30", "5000.00", disputed=True)
    pay(cast.acme, "R-1", "2025-10-10", "40000.00", line_no="L-1")
    account = accounts(cast.acme, day("2025-10-01"), day("2025-10-31"))[0]
    assert (account.closing, account.interest) == (Decimal(65000), Decimal("1130.00"))
