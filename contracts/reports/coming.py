"""What is held and what is argued about, of many customers in one currency, as things stand."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from contracts.models import PlanLine, Receipt
from core.rules import ZERO

_REMAINDER = F("amount") - F("paid")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many, and their sum."""

    number: int
    amount: Decimal


def bills_in_transit(receipts: QuerySet[Receipt], day: dt.date) -> Counted:
    """Acceptance bills held at the end of `day` that had not matured, of these receipts."""
    bills = receipts.order_by().filter(
        Q(reversed_on=None) | Q(reversed_on__gt=day),
        method=Receipt.Method.ACCEPTANCE_BILL,
        received_on__lte=day,
        effective_on__gt=day,
    )
    found = bills.aggregate(number=Count("pk"), amount=Sum("amount"))
    return Counted(found["number"], found["amount"] or ZERO)


def disputed(lines: QuerySet[PlanLine]) -> Counted:
    """What is open of the disputed ones of these open lines."""
    argued = lines.order_by().filter(disputed=True)
    found = argued.aggregate(number=Count("pk"), amount=Sum(_REMAINDER))
    return Counted(found["number"], found["amount"] or ZERO)
