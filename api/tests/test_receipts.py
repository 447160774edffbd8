"""Receipts by call: posted once, put on lines as the import does."""

import datetime as dt
from decimal import Decimal

import pytest

from contracts.models import PlanLine, Receipt
from tests.cast import Cast

pytestmark = pytest.mark.django_db
ROW = {
    "receipt_no": "R1",
    "customer_code": "ACME",
    "received_on": "2026-03-20",
    "amount": "150.00",
}


def test_a_receipt_is_posted_once_and_goes_to_the_oldest_line(cast: Cast, calling):
    for number, day in (("L1", 1), ("L2", 10)):
        PlanLine.objects.create(
            line_no=number,
            customer=cast.acme,
            issued_on=dt.date(2026, 2, 1),
            due_on=dt.date(2026, 3, day),
            original_due_on=dt.date(2026, 3, day),
            amount=Decimal(100),
        )
    call = calling()
    first = call.post("receipts/", ROW)
    assert (first.status_code, first.json()["result"]) == (201, "created")
    told = first.json()["receipt"]
    assert told["allocated"] == "150.00"
    assert told["allocations"] == [
        {"line_no": "L1", "amount": "100.00"},
        {"line_no": "L2", "amount": "50.00"},
    ]
    again = call.post("receipts/", ROW)
    assert (again.status_code, again.json()) == (200, {"result": "unchanged", "receipt": told})
    other = call.post("receipts/", ROW | {"amount": 10})
    assert (other.status_code, other.json()["code"]) == (409, "refused")
    assert Receipt.objects.count() == 1


def test_a_foreign_customer_is_answered_like_an_unknown_one(cast: Cast, calling):
    call = calling()
    answers = [call.post("receipts/", ROW | {"customer_code": code}) for code in ("WOLF", "NONE")]
    for answer in answers:
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("/customer_code", "unknown_customer")
    bill = call.post("receipts/", ROW | {"method": "acceptance_bill"})
    assert (bill.status_code, bill.json()["code"]) == (409, "refused")
    assert not Receipt.objects.exists()
