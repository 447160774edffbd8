"""What lies in the pool, what will, and what one may know of it before claiming."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.db.models import Count, Max

from core import sql
from core.models import Version
from customers.models import Contact, Customer, PoolEntry
from engagement.models import Note
from segmentation.models import Figures

_SQL = Path(__file__).parent / "sql"


class Going(NamedTuple):
    """A customer (id) that goes to the pool from its manager (id) on a day."""

    customer: int
    manager: int
    on: dt.date


def going_to_pool(day: dt.date, version: int, managers: Iterable[int] | None = None) -> list[Going]:
    """Those whose day has come by `day` or comes within the warning time; None: everybody's."""
    chosen = None if managers is None else list(managers)
    rows = sql.rows(_SQL / "idle_customers.sql", day=day, version=version, managers=chosen)
    return [Going(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Lying:
    """A customer of the pool with what the list says of it."""

    entry: PoolEntry
    last_note: dt.datetime | None
    revenue: Decimal | None  # of 12 months, as of the published night

    @property
    def customer(self) -> Customer:
        """The customer."""
        return self.entry.customer


def lying(entries: list[PoolEntry], version: Version | None) -> list[Lying]:
    """The stays with their customers' last contact and value, the most valuable first."""
    ids = [entry.customer_id for entry in entries]
    written = Note.objects.filter(customer__in=ids).order_by().values("customer")
    notes = dict(written.annotate(last=Max("written_at")).values_list("customer", "last"))
    figures = Figures.objects.filter(version=version, customer__in=ids)
    revenues = dict(figures.values_list("customer", "revenue_12m"))
    found = [
        Lying(entry, notes.get(entry.customer_id), revenues.get(entry.customer_id))
        for entry in entries
    ]
    return sorted(found, key=lambda row: (-(row.revenue or 0), row.entry.pk))


@dataclass(frozen=True, slots=True)
class Peek:
    """What a manager sees of a customer before claiming it: no names, no numbers to call."""

    contacts: int
    notes: list[Note]  # the latest


def peek(entry: PoolEntry) -> Peek:
    """Of the customer of this stay."""
    contacts = Contact.objects.filter(customer=entry.customer_id, is_active=True)
    notes = Note.objects.filter(customer=entry.customer_id).order_by("-written_at")[:3]
    return Peek(contacts.aggregate(number=Count("pk"))["number"], list(notes))
