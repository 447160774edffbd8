"""Who pays, and what they owe now."""

from decimal import Decimal

from django.db.models import F, Sum

from contracts.models import PlanLine
from core.rules import ZERO
from customers.models import Customer
from customers.reports.search import find, ranked
from organization.models import User

FOUND_AT_MOST = 8
_READ = 60  # keys that fit


def find_customers(user: User, text: str, *, exact: bool = False) -> list[Customer]:
    """At most eight visible customers, best first; `exact`: those with this code, else name."""
    text = text.strip()
    if not text or "\0" in text:
        return []
    customers = Customer.objects.visible_to(user).unmerged().order_by("code")
    if exact:
        by_code = list(customers.filter(code=text)) or list(customers.filter(code=text.upper()))
        return by_code or list(customers.filter(name=text)[:FOUND_AT_MOST])
    return ranked(user, find(user, text, _READ))[:FOUND_AT_MOST]


def open_sum(customer: Customer, currency: str) -> Decimal:
    """What is open now of all the customer's lines in the currency."""
    lines = PlanLine.objects.filter(customer=customer, currency=currency).open()
    found: Decimal | None = lines.aggregate(sum=Sum(F("amount") - F("paid")))["sum"]
    return found or ZERO
