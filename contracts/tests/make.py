"""Small worlds of money."""

import datetime as dt
from decimal import Decimal

from contracts.models import PlanLine, Receipt
from contracts.services import ReceiptEntry, post_receipt
from customers.models import Customer

TODAY = dt.date(2026, 3, 31)


def day(text: str) -> dt.date:
    """2025-06-30"""
    return dt.date.fromisoformat(text)


def make_line(
    customer: Customer, line_no: str, due_on: str, amount: str, **fields: object
) -> PlanLine:
    """A plan line issued at the start of 2025, unless said otherwise."""
    fields.setdefault("issued_on", dt.date(2025, 1, 1))
    fields.setdefault("original_due_on", day(due_on))
    return PlanLine.objects.create(
        customer=customer, line_no=line_no, due_on=day(due_on), amount=Decimal(amount), **fields
    )


def pay(
    customer: Customer, receipt_no: str, received_on: str, amount: str, **fields: object
) -> Receipt:
    """A posted receipt."""
    entry = ReceiptEntry(receipt_no, day(received_on), Decimal(amount), **fields)
    return post_receipt(customer, entry, today=TODAY)
