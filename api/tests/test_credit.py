"""May the next parcel go? As dispatch is told, at once and without anybody running anything."""

import datetime as dt
import time
from decimal import Decimal

import pytest
from django.utils import timezone

from api.reports.service import service_of
from conftest import as_role
from contracts.models import Contract, CreditRelease, CreditState, Statement
from contracts.rules.credit import ReleaseWish
from contracts.services import ReceiptEntry, invoices, post_receipt, statements
from contracts.services.credit import hold_credit, judge_due, release_credit
from contracts.tests.make import make_line, pay
from core.rules import add_months
from crm.celery import app
from crm.tasks import judge_credit
from customers.models import Customer
from customers.services.credit import set_credit_limit
from organization.models import User
from shipments.tests.make import load, waybill
from tests.cast import make_customer
from tests.tabled import take

pytestmark = pytest.mark.django_db


def test_a_hold_is_answered_with_its_reasons_and_a_release_lapses_by_itself(cast, calling):
    today = timezone.localdate()
    acme, late = cast.acme, today - dt.timedelta(20)
    Customer.objects.filter(pk=acme.pk).update(credit_limit=10000)
    make_line(acme, "L-1", late.isoformat(), "9000")
    make_line(acme, "L-2", "2099-01-31", "500")
    assert judge_due() > 0  # what the worker does twice a second
    call = calling()
    start = call.get("changes/?since=latest").json()

    def credit(day: dt.date = today) -> dict:
        system = User.objects.select_related("org_unit").get(username="api:dispatch")
        return service_of(["ACME"], system, day)["ACME"]["credit"]

    assert call.get("customers/ACME/service/").json()["credit"] == {
        "terms": None,
        "state": "hold",
        "limit": "10000.00",
        "exposure": "9500.00",
        "available": "500.00",
        "reasons": ["use", "overdue"],
        "valid_until": None,
    }
    until = today + dt.timedelta(2)
    wish = ReleaseWish(Decimal(300), until, "Paid tomorrow")
    release_credit(acme, wish, asked_by=cast.alice, approved_by=cast.bruno, today=today)
    assert credit() | {"terms": None} == {
        "terms": None,
        "state": "watch",
        "limit": Decimal(10000),
        "exposure": Decimal(9500),
        "available": Decimal(300),
        "reasons": ["released", "use", "overdue"],
        "valid_until": until,
    }
    assert credit(until)["state"] == "watch"
    assert credit(until + dt.timedelta(1))["state"] == "hold", "nothing ran, and it is over"
    told = call.get(f"changes/?since={start['cursor']}").json()["results"]
    assert [(row["code"], row["changed"]) for row in told] == [("ACME", ["credit"])]
    assert told[0]["service"]["credit"]["state"] == "watch"
    pay(acme, "R-1", today.isoformat(), "9000")
    assert credit()["state"] == "clear", "the receipt says so itself"
    hold_credit(acme, reason="Cheques bounce", actor=cast.fiona, today=today)
    assert (credit()["state"], credit()["reasons"]) == ("stop", ["held"])


def told(call, start) -> list[tuple[str, str]]:
    """What the feed says of credit since: code and state, as told then."""
    rows = call.get(f"changes/?since={start['cursor']}").json()["results"]
    return [(row["code"], row["service"]["credit"]["state"]) for row in rows]


def test_hold_is_answered_with_its_reasons_within_a_second_of_the_fact(cast, calling, tmp_path):
    """A fact from a file, which nobody judges himself: the clock does, twice a second."""
    Customer.objects.filter(pk=cast.acme.pk).update(credit_limit=10000)
    judge_due()
    call = calling()
    assert call.get("customers/ACME/service/").json()["credit"]["state"] == "clear"
    head = "line_no,customer_code,issued_on,due_on,amount"
    take(tmp_path, "plan_lines", head, "L-1,ACME,2025-01-01,2099-01-31,10001")
    begun = time.monotonic()
    judge_credit()
    answer = call.get("customers/ACME/service/").json()["credit"]
    took = time.monotonic() - begun
    assert (answer["state"], answer["reasons"]) == ("hold", ["use"])
    every = app.conf.beat_schedule["credit"]["schedule"]
    assert took + every < 1


def test_billing_goes_on_under_a_hold(cast, calling):
    """What was carried is billed: statement, line, invoice, and the receipt for it."""
    acme, today = cast.acme, timezone.localdate()
    first = add_months(today.replace(day=1), -1)
    Contract.objects.create(
        contract_no="HT-1", customer=acme, starts_on=first, settlement="monthly",
        statement_day=31, credit_days=30, statements_from=first,
    )  # fmt: skip
    load(waybill("W-1", acme, f"{first} 10:00", revenue=Decimal(800)))
    hold_credit(acme, reason="Cheques bounce", actor=cast.fiona, today=today)
    load(waybill("W-2", acme, f"{first} 11:00", revenue=Decimal(200)))
    (number,) = statements.make_statements(today, tried_for=None)
    sent = statements.send_statement(
        Statement.objects.get(pk=number), actor=cast.fiona, today=today
    )
    line = statements.confirm_statement(sent, actor=None, today=today).line
    assert line is not None
    assert line.amount == 1000
    wanted = invoices.Wanted("ordinary", "Acme", "", Decimal("0.06"))
    invoices.request_invoice(acme, wanted, {line.pk: Decimal(1000)}, actor=cast.fiona, today=today)
    line.refresh_from_db()
    assert line.invoiced == 1000
    post_receipt(acme, ReceiptEntry("R-1", today, Decimal(400)), today=today)
    line.refresh_from_db()
    assert line.paid == 400
    answer = calling().get("customers/ACME/service/").json()["credit"]
    assert (answer["state"], answer["reasons"]) == ("stop", ["held"])


def test_a_release_lapses_by_itself_in_what_is_told_too(cast, calling):
    """Look-ups know by the day; feed and webhooks follow within a second."""
    acme, today = cast.acme, timezone.localdate()
    Customer.objects.filter(pk=acme.pk).update(credit_limit=1000)
    make_line(acme, "L-1", "2099-01-31", "1100")
    judge_due()
    wish = ReleaseWish(Decimal(300), today, "Season")
    release_credit(acme, wish, asked_by=cast.alice, approved_by=cast.bruno, today=today)
    judge_due()
    call = calling()
    start = call.get("changes/?since=latest").json()
    yesterday = today - dt.timedelta(1)
    CreditRelease.objects.update(granted_on=yesterday, until=yesterday)
    with as_role("crm_owner"):
        CreditState.objects.update(release_until=yesterday, day=yesterday)
    assert call.get("customers/ACME/service/").json()["credit"]["state"] == "hold", "by the day"
    judge_due()
    assert told(call, start)[-1] == ("ACME", "hold")
    assert CreditState.objects.get().shown == "hold"


def test_a_prepaid_customer_is_never_held_for_having_no_limit(cast, calling):
    acme, today = cast.acme, timezone.localdate()
    Contract.objects.create(
        contract_no="HT-1", customer=acme, starts_on=today - dt.timedelta(400), settlement="prepaid"
    )
    call = calling()
    for number, limit in enumerate((None, 0)):
        Customer.objects.filter(pk=acme.pk).update(credit_limit=limit)
        make_line(acme, f"L-{number}", "2099-01-31", "900000")
        judge_due()
        answer = call.get("customers/ACME/service/").json()["credit"]
        assert (answer["terms"], answer["state"]) == ("prepaid", "clear")
        assert (answer["reasons"], answer["available"]) == ([], None)


def test_the_end_of_a_limit_is_that_of_whose_limit_counts(cast, calling):
    """A member of a group has its head's limit, and with it the last day."""
    make_customer("LEAF", cast.east_outlet, parent=cast.acme)
    until = timezone.localdate() + dt.timedelta(30)
    set_credit_limit(
        cast.acme, amount=Decimal(1000), valid_until=until, reason="x", actor=cast.greta
    )
    judge_due()
    call = calling()
    for code in ("ACME", "LEAF"):
        answer = call.get(f"customers/{code}/service/").json()["credit"]
        assert (answer["limit"], answer["valid_until"]) == ("1000.00", until.isoformat())
