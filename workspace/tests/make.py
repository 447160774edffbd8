"""A published night, with the figures a test needs."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from core.models import Version
from core.versions import open_partitions, seal_partitions
from customers.models import Customer

DAY = dt.date(2026, 3, 31)


@dataclass(frozen=True)
class Night:
    """What the night found for one customer; `overdue` by currency."""

    customer: Customer
    revenue: str | None = None  # None: it came after the night
    before: str = "0"
    overdue: dict[str, str] | None = None
    last: dt.date | None = None
    promised: int = 0
    on_time: int = 0
    rhythm: str | None = None


def publish(nights: Iterable[Night], day: dt.date = DAY) -> Version:
    """Make this the night everyone reads."""
    Version.objects.filter(is_current=True).update(is_current=False)
    version = Version.objects.create(business_date=day)
    open_partitions(version.pk)
    with connection.cursor() as cursor:
        for night in nights:
            _write(cursor, version.pk, night)
    seal_partitions(version.pk)
    Version.objects.filter(pk=version.pk).update(
        status="published", is_current=True, published_at=timezone.now()
    )
    return version


def _write(cursor, version: int, night: Night) -> None:
    if night.revenue is not None:
        cursor.execute(
            "INSERT INTO segmentation_figures (version, customer_id, shipments_12m, revenue_12m,"
            " revenue_prev_12m, promised, on_time, exceptions, last_accepted_on)"
            " VALUES (%s, %s, 7, %s, %s, %s, %s, 0, %s)",
            [
                version, night.customer.pk, Decimal(night.revenue), Decimal(night.before),
                night.promised, night.on_time, night.last,
            ],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO segmentation_classification (version, customer_id, value, value_above,"
            " value_total, abc_class, abc_class_by_count, size, tier, is_risk, is_potential,"
            " reasons) VALUES (%s, %s, 1, 0, 1, 'A', 'A', 'small', 'small', false, false, %s)",
            [
                version, night.customer.pk,
                '[{"code": "size_small", "revenue_12m": "5.00", "threshold": "250000.00"}]',
            ],
        )  # fmt: skip
    if night.rhythm:
        cursor.execute(
            "INSERT INTO segmentation_rhythm (version, customer_id, state, usual_days, gaps,"
            " is_own, silent_days, last_on, recent, base, recent_weeks, base_weeks, decay)"
            " VALUES (%s, %s, %s, 3, 9, true, 7, %s, 1, 9, 4, 12, '')",
            [version, night.customer.pk, night.rhythm, day_before(7)],
        )
    for currency, amount in (night.overdue or {}).items():
        cursor.execute(
            "INSERT INTO contracts_ageing VALUES (%s, %s, %s, 0, %s, 0, 0, 0, 0, 0, %s, 0, %s, %s,"
            " %s, %s)",
            [
                version,
                night.customer.pk,
                currency,
                amount,
                amount,
                amount,
                day_before(5),
                night.customer.org_unit_id,
                night.customer.account_manager_id,
            ],
        )


def day_before(days: int) -> dt.date:
    """A day before the night's."""
    return DAY - dt.timedelta(days=days)
