"""The customers on the receivables page, with what has happened since the night."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from contracts.models import Ageing, Allocation, PlanLine
from contracts.reports.receivables import AMOUNTS
from contracts.rules.ageing import BUCKETS
from core.keyset import Order, read_amount
from customers.models import Customer
from engagement.models import Note
from workspace.listing import Head
from workspace.receivables.choice import Choice

PAGE_SIZE = 50
REMINDER = "reminder"  # the kind of note that a reminder leaves
BUCKET_NAMES = {
    "not_due": _("Not due"),
    "d1_30": _("1–30 days"),
    "d31_60": _("31–60 days"),
    "d61_90": _("61–90 days"),
    "d91_180": _("91–180 days"),
    "d181_365": _("181–365 days"),
    "d365_plus": _("Over 365 days"),
}
TONES = {"not_due": "accent", "d1_30": "c1", "d31_60": "c2", "d61_90": "c3"}  # older: "c4"


@dataclass(frozen=True, slots=True)
class Line:
    """One customer of the list; `settled` and `reminded_at` are of after the night."""

    row: Ageing
    days_late: int | None
    open_lines: int
    settled: Decimal
    reminded_at: dt.datetime | None
    chosen: Decimal | None  # in the bucket one looks at

    @property
    def bar(self) -> list[tuple[Decimal, str]]:
        """The open amounts by age, for the picture."""
        return [(getattr(self.row, name), TONES.get(name, "c4")) for name in BUCKETS]

    @property
    def customer(self) -> Customer:
        """Who owes."""
        return self.row.customer


def order_of(sort: str, bucket: str) -> tuple[str, Order]:
    """The order of an address and its name: else most in the bucket, or most overdue, first."""
    default = f"-{bucket or 'overdue'}"
    if sort.removeprefix("-") not in {*AMOUNTS, "oldest_due_on"}:
        sort = default
    name = sort.removeprefix("-")
    order = Order(name, tie="customer_id", parse=read_amount)
    if name == "oldest_due_on":
        order = Order(name, tie="customer_id", nullable=True, parse=dt.date.fromisoformat)
    return sort, replace(order, descending=sort.startswith("-"))


def heads(sort: str, bucket: str) -> list[Head]:
    """The columns; amounts are sorted by the largest first, due dates by the oldest first."""
    columns: list[tuple[Any, str, bool]] = [
        (_("customer"), "", False),
        (_("tier"), "", False),
        (_("manager"), "", False),
        (_("oldest"), "oldest_due_on", True),
        (_("by age"), "", False),
    ]
    if bucket in BUCKET_NAMES:
        columns.append((BUCKET_NAMES[bucket], bucket, True))
    columns += [(_("overdue"), "overdue", True), (_("balance"), "balance", True), ("", "", False)]
    return [Head(label, *_link(name, sort), numeric) for label, name, numeric in columns]


def _link(name: str, sort: str) -> tuple[str, str]:
    if not name:
        return "", ""
    first = name if name == "oldest_due_on" else f"-{name}"
    if sort.removeprefix("-") != name:
        return first, ""
    other = name if sort.startswith("-") else f"-{name}"
    return other, "descending" if sort.startswith("-") else "ascending"


def with_customers(rows: QuerySet[Ageing]) -> QuerySet[Ageing]:
    """The rows with what is shown of their customers."""
    return rows.select_related("customer__org_unit", "customer__account_manager")


def lines(rows: Sequence[Ageing], choice: Choice) -> list[Line]:
    """The rows, of visible customers, as shown: three queries, however many rows."""
    ids = [row.customer_id for row in rows]
    open_lines = _counts(PlanLine.objects.open().filter(customer__in=ids, currency=choice.currency))
    settled = _settled(ids, choice)
    reminded = dict(
        Note.objects.filter(customer__in=ids, kind=REMINDER)
        .order_by()
        .values_list("customer")
        .annotate(Max("written_at"))
    )
    return [
        Line(
            row,
            days_late=_days_late(row, choice.day),
            open_lines=open_lines.get(row.customer_id, 0),
            settled=settled.get(row.customer_id, Decimal(0)),
            reminded_at=reminded.get(row.customer_id),
            chosen=getattr(row, choice.bucket) if choice.bucket in BUCKETS else None,
        )
        for row in rows
    ]


def _counts(rows: QuerySet[PlanLine]) -> dict[int, int]:
    return dict(rows.order_by().values_list("customer").annotate(Count("pk")))


def _settled(ids: Iterable[int], choice: Choice) -> dict[int, Decimal]:
    """What was booked on the customers' lines after the night looked at the ledger."""
    booked = Allocation.objects.filter(
        customer__in=ids,
        line__currency=choice.currency,
        created_at__gt=choice.version.cutoff,
    )
    return dict(booked.order_by().values_list("customer").annotate(Sum("amount")))


def _days_late(row: Ageing, day: dt.date) -> int | None:
    if not row.overdue or row.oldest_due_on is None:
        return None
    return (day - row.oldest_due_on).days


def export_order(rows: QuerySet[Ageing]) -> QuerySet[Ageing]:
    """By customer code, as the ageing export."""
    return rows.select_related("customer").order_by(F("customer__code"))
