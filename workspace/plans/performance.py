"""What a customer's waybills did at each stage, lately and in as many days before."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Avg, Count, ExpressionWrapper, F, Q
from django.db.models.fields import DurationField

from core import sql
from core.rules import rate, rounded
from customers.models import Customer
from organization.models import User
from shipments.models import PlanGain, Waybill
from shipments.rules import month_number
from shipments.rules.plans import FEW, Passed
from shipments.rules.stages import Stage

_SQL = Path(__file__).parent.parent / "sql" / "stage_performance.sql"
DAYS = 90
_DAY = dt.timedelta(days=1)
Period = Mapping[str, Passed]  # by stage


def performance(
    customer: Customer, day: dt.date, targets: Mapping[str, Decimal]
) -> tuple[Period, Period]:
    """By stage the last DAYS days and those before; `targets` are the hours agreed for stages."""
    rows: list[Any] = sql.rows(
        _SQL,
        customer=customer.pk,
        day=day,
        span_days=DAYS,
        first_month=month_number(day - 2 * DAYS * _DAY),
        last_month=month_number(day),
        stage_names=[stage.value for stage in Stage],
        targets=[targets.get(stage.value) for stage in Stage],
    )
    found: dict[str, dict[str, Passed]] = {"latest": {}, "earlier": {}}
    for stage, period, waybills, timed, median, p90, *counts in rows:
        found[period][stage] = Passed(waybills, timed, _hours(median), _hours(p90), *counts)
    return found["latest"], found["earlier"]


def _hours(value: float | None) -> Decimal | None:
    return None if value is None else rounded(Decimal(str(value)), 1)


def measured_gains(user: User, customer: Customer, day: dt.date) -> dict[str, Decimal]:
    """What waybills of the last DAYS days say of days on the way and of damage in per mille."""
    since = day - DAYS * _DAY
    rows = Waybill.objects.visible_to(user).filter(
        customer=customer,
        accepted_on__gt=since,
        accepted_on__lte=day,
        accepted_at__gt=_moment(since),
    )
    on_the_way = ExpressionWrapper(F("delivered_at") - F("accepted_at"), DurationField())
    sums = rows.exclude(status=Waybill.Status.CANCELLED).aggregate(
        number=Count("pk"),
        took=Avg(on_the_way, filter=Q(delivered_at__isnull=False)),
        damaged=Count("pk", filter=Q(exception=Waybill.ExceptionKind.DAMAGE)),
    )
    if sums["number"] < FEW:
        return {}
    found = {PlanGain.Measure.DAMAGE: rate(1000 * sums["damaged"], sums["number"])}
    if sums["took"] is not None:
        found[PlanGain.Measure.DAYS] = Decimal(sums["took"] / _DAY)
    return {str(name): rounded(value, 2) for name, value in found.items() if value is not None}


def _moment(day: dt.date) -> dt.datetime:
    """Some moment of the day before it ends: for the index, which knows no days."""
    return dt.datetime.combine(day, dt.time(), dt.UTC)
