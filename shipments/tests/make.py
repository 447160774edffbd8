"""Waybills for tests, and the recount that does not know how the product counts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from core.rules import BUSINESS_ZONE, add_months
from customers.models import Customer
from shipments.models import CustomerMonth, LaneMonth, Waybill
from shipments.querysets import SUMS
from shipments.services import Load, LoadResult

COLUMNS = (
    "line",
    "waybill_no",
    "shipper_id",
    "accepted_at",
    "promised_at",
    "delivered_at",
    "service",
    "origin",
    "destination",
    "pieces",
    "weight_kg",
    "revenue",
    "cost",
    "currency",
    "status",
    "exception",
    "source",
    "source_seq",
)


def at(text: str) -> dt.datetime:
    """A moment on Shanghai's clock, e.g. "2025-08-31 23:30"; with a zone as it says."""
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=BUSINESS_ZONE)


def waybill(number: str, customer: Customer, accepted_at: str, **values: Any) -> dict[str, Any]:
    """One row of a load: accepted at that moment, revenue 10.00, no cost, no promise."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {
        "waybill_no": number,
        "shipper_id": customer.pk,
        "accepted_at": at(accepted_at),
        "revenue": Decimal("10.00"),
        "service": "standard",
        "origin": "",
        "destination": "",
        "currency": "CNY",
        "status": "accepted",
        "exception": "",
        "source": "",
    }
    for name in ("promised_at", "delivered_at"):
        if isinstance(values.get(name), str):
            values[name] = at(values[name])
    return row | values


def load(*rows: dict[str, Any]) -> LoadResult:
    """Load the rows; they must all have the same columns."""
    columns = tuple(rows[0])
    loading = Load(columns)
    loading.add(
        [{**row, "line": line}[name] for name in columns] for line, row in enumerate(rows, start=2)
    )
    return loading.finish()


Key = tuple[Any, ...]
_LANE = ("customer_id", "month", "currency", "service", "origin", "destination")


def rollups() -> dict[Key, tuple[Any, ...]]:
    """What the rollup says by (customer, month, currency), without what comes to nothing."""
    return _added_up(CustomerMonth, _LANE[:3])


def lanes() -> dict[Key, tuple[Any, ...]]:
    """The same of the rollup by service and lane."""
    return _added_up(LaneMonth, _LANE)


def _added_up(model: Any, key: tuple[str, ...]) -> dict[Key, tuple[Any, ...]]:
    rows = model.objects.values_list(*key).annotate(*[Sum(name) for name in SUMS])
    found = {row[: len(key)]: row[len(key) :] for row in rows}
    return {key: sums for key, sums in found.items() if any(sums)}


def recounted(*, by_lane: bool = False) -> dict[Key, tuple[Any, ...]]:
    """The same counted in Python from the stored waybills."""
    found: dict[Key, list[Any]] = {}
    for w in Waybill.objects.exclude(status="cancelled"):
        day = w.accepted_at.astimezone(BUSINESS_ZONE).date()
        key: Key = (w.customer_id, day.year * 12 + day.month - 1, w.currency)
        if by_lane:
            key += (w.service, w.origin, w.destination)
        is_promised = bool(w.promised_at and w.delivered_at)
        is_on_time = is_promised and local(w.delivered_at) <= local(w.promised_at)
        facts = (1, w.pieces or 0, w.weight_kg or 0, w.revenue, w.cost or 0, w.cost is None)
        facts += (is_promised, is_on_time, w.exception != "")
        sums = found.setdefault(key, [0] * len(facts))
        for index, fact in enumerate(facts):
            sums[index] += fact
    return {key: tuple(sums) for key, sums in found.items()}


def local(moment: dt.datetime) -> dt.date:
    """The day in Shanghai."""
    return moment.astimezone(BUSINESS_ZONE).date()


@dataclass
class Year:
    """A customer's figures of C0, counted naively."""

    shipments: int = 0
    revenue: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    uncosted: int = 0
    exceptions: int = 0
    promised: int = 0
    on_time: int = 0
    shipments_prev: int = 0
    revenue_prev: Decimal = Decimal(0)
    last_accepted_on: dt.date | None = None


def naive_years(waybills: Iterable[Waybill], day: dt.date, currency: str) -> dict[int, Year]:
    """C0 as it is written, waybill by waybill; who had no waybill by `day` is left out."""
    start, before = add_months(day, -12), add_months(add_months(day, -12), -12)
    years: dict[int, Year] = {}
    for w in waybills:
        accepted = local(w.accepted_at)
        if w.status == "cancelled" or accepted > day:
            continue
        year = years.setdefault(w.customer_id, Year())
        year.last_accepted_on = max(accepted, year.last_accepted_on or accepted)
        money = w.revenue if w.currency == currency else Decimal(0)
        if accepted > start:
            _count_now(year, w, day, currency)
            year.revenue += money
        elif accepted > before:
            year.shipments_prev += 1
            year.revenue_prev += money
    return years


def _count_now(year: Year, w: Waybill, day: dt.date, currency: str) -> None:
    year.shipments += 1
    year.exceptions += w.exception != ""
    if w.currency == currency:
        year.cost += w.cost or 0
        year.uncosted += w.cost is None
    if w.promised_at and w.delivered_at and local(w.delivered_at) <= day:
        year.promised += 1
        year.on_time += local(w.delivered_at) <= local(w.promised_at)
