"""May the next parcel go? As dispatch is told, at once and without anybody running anything."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from api.reports.service import service_of
from contracts.rules.credit import ReleaseWish
from contracts.services.credit import hold_credit, judge_due, release_credit
from contracts.tests.make import make_line, pay
from customers.models import Customer
from organization.models import User

pytestmark = pytest.mark.django_db


def test_a_hold_is_answered_with_its_reasons_and_a_release_lapses_by_itself(cast, calling):
    today = timezone.localdate()
    acme, late = cast.acme, today - dt.timedelta(20)
    Customer.objects.filter(pk=acme.pk).update(credit_limit=10000)
    make_line(acme, "L-1", late.isoformat(), "9000")
    make_line(acme, "L-2", "2099-01-31", "500")
    assert judge_due() > 0  # what the worker does every second
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
