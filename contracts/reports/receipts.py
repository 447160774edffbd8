"""Receipts for the finance clerk's list: which, and what they come to by currency."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext_lazy as _

from contracts.models import Receipt
from customers.querysets import CustomerScopedQuerySet
from organization.models import User

STATES: Mapping[str, Any] = {
    "unapplied": _("With credit left"),
    "in_transit": _("Bills in transit"),
    "flagged": _("By another payer or method"),
    "reversed": _("Taken back"),
}


@dataclass(frozen=True, slots=True)
class Total:
    """What receipts of one currency come to, and what of it is on no line."""

    currency: str
    count: int
    amount: Decimal
    credit: Decimal


def receipts(user: User, *, state: str, q: str, today: dt.date) -> CustomerScopedQuerySet[Receipt]:
    """Visible receipts in a state ("" for all); `q` begins a number or payer, or is a customer."""
    found = Receipt.objects.visible_to(user)
    if q:
        begins = Q(receipt_no__startswith=q) | Q(payer_name__startswith=q)
        found = found.filter(begins | Q(customer__code=q) | Q(customer__name=q))
    if state == "unapplied":
        return found.filter(allocated__lt=F("amount"), reversed_on=None, effective_on__lte=today)
    if state == "in_transit":
        return found.filter(method="acceptance_bill", effective_on__gt=today, reversed_on=None)
    if state == "flagged":
        return found.filter(Q(other_payer=True) | Q(other_method=True), reversed_on=None)
    return found.filter(reversed_on__isnull=False) if state == "reversed" else found


def totals(found: CustomerScopedQuerySet[Receipt]) -> list[Total]:
    """Sums by currency; those that were taken back count as they came."""
    sums = (
        found.order_by()
        .values("currency")
        .annotate(n=Count("pk"), came=Sum("amount"), left=Sum(F("amount") - F("allocated")))
    )
    return [Total(s["currency"], s["n"], s["came"], s["left"]) for s in sums.order_by("currency")]
