"""Who pays, and what they owe now."""

from decimal import Decimal

from django.db.models import F, Sum

from contracts.models import PlanLine
from core.rules import ZERO
from customers.models import Customer


def open_sum(customer: Customer, currency: str) -> Decimal:
    """What is open now of all the customer's lines in the currency."""
    lines = PlanLine.objects.filter(customer=customer, currency=currency).open()
    found: Decimal | None = lines.aggregate(sum=Sum(F("amount") - F("paid")))["sum"]
    return found or ZERO
