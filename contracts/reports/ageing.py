"""What customers owe as at a day, from the ledger: ageing, open lines, bills in transit."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import DecimalField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from contracts.models import Allocation, PlanLine, Receipt
from contracts.rules.ageing import bucket_of
from core import sql
from core.rules import ZERO
from customers.models import Customer
from customers.querysets import CustomerQuerySet

SQL = Path(__file__).parent.parent / "sql"


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """One customer and currency; the buckets less `unallocated` are the balance (B4)."""

    customer_id: int
    customer_code: str
    currency: str
    not_due: Decimal
    d1_30: Decimal
    d31_60: Decimal
    d61_90: Decimal
    d91_180: Decimal
    d181_365: Decimal
    d365_plus: Decimal
    overdue: Decimal
    unallocated: Decimal
    balance: Decimal
    oldest_due_on: dt.date | None


@dataclass(frozen=True, slots=True)
class OpenLineRow:
    """A line with money open at the end of a day."""

    line: PlanLine
    remainder: Decimal
    days_overdue: int  # negative while it is not due
    bucket: str

    @property
    def is_overdue(self) -> bool:
        """Due today is not overdue."""
        return self.days_overdue > 0


def ageing(customers: CustomerQuerySet | None, day: dt.date) -> list[AgeingRow]:
    """Ageing at the end of `day`, sorted by customer code and currency; None means all customers.

    Only customers with an open line or credit appear. Currencies are never added together.
    """
    return list(iter_ageing(customers, day))


def iter_ageing(customers: CustomerQuerySet | None, day: dt.date) -> Iterator[AgeingRow]:
    """The rows of `ageing`, fetched piece by piece; needs a transaction."""
    ids = None if customers is None else list(customers.order_by().values_list("pk", flat=True))
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql.read(SQL / "ageing.sql"), {"day": day, "customers": ids})
        for row in cursor:
            yield AgeingRow(*row)


def customer_ageing(customer: Customer, day: dt.date) -> list[AgeingRow]:
    """Ageing of one customer, a row for each currency; empty when nothing is open."""
    rows: list[Any] = sql.rows(SQL / "ageing.sql", day=day, customers=[customer.pk])
    return [AgeingRow(*row) for row in rows]


def open_lines(customer: Customer, day: dt.date) -> list[OpenLineRow]:
    """The customer's lines that were open at the end of `day`, oldest due first."""
    later = (  # what the ledger counts only after the day
        Allocation.objects.filter(line=OuterRef("pk"), allocated_on__gt=day)
        .order_by()
        .values("line")
        .values(total=Sum("amount"))
    )
    money = DecimalField(max_digits=18, decimal_places=2)
    lines = (
        PlanLine.objects.filter(customer=customer, issued_on__lte=day)
        .filter(Q(state="open") | Q(state="written_off", written_off_on__gt=day))
        .annotate(
            remainder=F("amount") - F("paid") + Coalesce(Subquery(later), ZERO, output_field=money)
        )
        .filter(remainder__gt=0)
        .select_related("contract")
        .order_by("due_on", "line_no")
    )
    return [
        OpenLineRow(line, line.remainder, (day - line.due_on).days, bucket_of(line.due_on, day))
        for line in lines
    ]


def in_transit(customer: Customer, day: dt.date) -> dict[str, Decimal]:
    """Acceptance bills held at the end of `day` that had not matured, summed by currency."""
    bills = Receipt.objects.filter(
        Q(reversed_on=None) | Q(reversed_on__gt=day),
        customer=customer,
        received_on__lte=day,
        effective_on__gt=day,
    )
    sums = bills.order_by("currency").values_list("currency").annotate(total=Sum("amount"))
    return dict(sums)
