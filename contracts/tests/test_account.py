"""The statement of account: its balance is that of the ageing, on any day."""

import datetime as dt
from decimal import Decimal

import pytest

from contracts.models import Contract, PlanLine
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
    partly = pay(cast.acme, "R-0", "2025-03-01", "15.00", line_no="GONE")
    bill = {"method": "acceptance_bill", "matures_on": day("2025-03-20"), "line_no": "GONE"}
    pay(cast.acme, "R-BILL", "2025-03-02", "5.00", **bill)
    PlanLine.objects.filter(line_no="GONE").update(
        state="written_off", written_off_on=day("2025-03-05")
    )
    bounced = pay(cast.acme, "R-1", "2025-03-02", "120.00")
    pay(cast.acme, "R-2", "2025-03-10", "400.00")
    reverse_receipt(bounced, on=day("2025-03-12"), reason="bounced")
    reverse_receipt(partly, on=day("2025-03-25"), reason="bounced")  # past days stay
    for number in range(60):
        until = day("2025-02-01") + dt.timedelta(number)
        ageing = {row.currency: row.balance for row in customer_ageing(cast.acme, until)}
        told = {each.currency: each.closing for each in accounts(cast.acme, until, until)}
        assert {key: value for key, value in told.items() if value} == {
            key: value for key, value in ageing.items() if value
        }, until
    cny, usd = accounts(cast.acme, day("2025-03-01"), day("2025-03-31"))
    assert (cny.opening, cny.asked, cny.came, cny.closing) == (
        Decimal(340), Decimal(190), Decimal(580), Decimal(-50),
    )  # fmt: skip
    entries = {(f"{row.movement.on:%d}", row.movement.entry, row.came) for row in cny.rows}
    assert entries == {
        ("01", Entry.LINE, -50), ("01", Entry.RECEIPT, 15), ("02", Entry.RECEIPT, 120),
        ("05", Entry.WRITTEN_OFF, 25), ("10", Entry.RECEIPT, 400), ("12", Entry.REVERSAL, -120),
        ("20", Entry.RECEIPT, 5), ("20", Entry.WRITTEN_OFF, -5),
        ("25", Entry.REVERSAL, -15), ("25", Entry.WRITTEN_OFF, 15),
    }  # fmt: skip
    assert usd.closing == Decimal(9)


def test_interest_is_a_memo_and_leaves_disputed_lines_out(cast: Cast):
    make_line(cast.acme, "L-1", "2025-09-30", "100000.00")
    make_line(cast.acme, "L-2", "2025-09-30", "5000.00", disputed=True)
    dearer = Contract.objects.create(
        contract_no="C-1", customer=cast.acme, starts_on=day("2025-01-01"),
        late_interest_rate=Decimal("0.001"),
    )  # fmt: skip
    make_line(cast.acme, "IN TIME", "2025-09-30", "10.00", contract=dearer)
    pay(cast.acme, "R-0", "2025-09-29", "10.00", line_no="IN TIME")
    pay(cast.acme, "R-1", "2025-10-10", "40000.00", line_no="L-1")
    account = accounts(cast.acme, day("2025-10-01"), day("2025-10-31"))[0]
    assert (account.closing, account.interest) == (Decimal(65000), Decimal("1130.00"))
    assert account.rates == [Decimal("0.0005")]  # nothing has grown at the other
