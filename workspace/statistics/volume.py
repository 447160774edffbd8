"""The volume section of a customer's file: the statistics of one."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, Sum

from core.models import Version
from core.rules import rate
from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can
from segmentation.models import Figures, Portfolio
from shipments.models import CustomerMonth, LaneMonth
from shipments.rules.periods import YEAR, last_whole_month
from workspace.statistics.dimensions import SEPARATOR
from workspace.statistics.months import months_of
from workspace.statistics.pictures import over_time

MOST = 10
_UNSTATED = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """What the customer sends by one service or on one lane, in 12 months."""

    label: str
    shipments: int
    revenue: Decimal
    share: Decimal | None
    on_time_rate: Decimal | None


def volume(user: User, customer: Customer, day: dt.date) -> dict[str, Any]:
    """What the section shows: months, services, lanes, and the customer's part of one's revenue."""
    currency, last = settings.COMPANY_CURRENCY, last_whole_month(day)
    rows = CustomerMonth.objects.visible_to(user).filter(customer=customer)
    months = months_of(rows, last, currency)
    lanes = LaneMonth.objects.visible_to(user).filter(
        customer=customer, month__range=(last - YEAR + 1, last)
    )
    revenue = sum((month.revenue for month in months[-YEAR:]), Decimal(0))
    return {
        "series": over_time(months, "revenue", currency),
        "waybills": over_time(months, "shipments", currency),
        "margin": over_time(months, "margin", currency) if can(user, Action.VIEW_MARGIN) else None,
        "services": _rows(lanes, ("service",), currency, revenue),
        "lanes": _rows(lanes, ("origin", "destination"), currency, revenue),
        "year_revenue": revenue,
        "share_of_ours": _share_of_ours(user, customer),
    }


def _rows(lanes: Any, keys: tuple[str, ...], currency: str, revenue: Decimal) -> list[Row]:
    """The greatest by revenue."""
    sums = (
        lanes.order_by()
        .values_list(*keys)
        .annotate(
            a_shipments=Sum("shipments"),
            a_revenue=Sum("revenue", filter=Q(currency=currency), default=0),
            a_on_time=Sum("on_time"),
            a_promised=Sum("promised"),
            rows=Count("pk"),
        )
    )
    found = []
    for row in sums.filter(a_shipments__gt=0).order_by("-a_revenue", *keys)[:MOST]:
        names, (shipments, amount, on_time, promised, _rows_read) = (
            row[: len(keys)],
            row[len(keys) :],
        )
        label = SEPARATOR.join(name or _UNSTATED for name in names)
        found.append(
            Row(label, shipments, amount, rate(amount, revenue or None), rate(on_time, promised))
        )
    return found


def _share_of_ours(user: User, customer: Customer) -> Decimal | None:
    """Of the 12-month revenue of all customers the person answers for, as the night has it."""
    version = Version.objects.current()
    if version is None:
        return None
    mine = Figures.objects.visible_to(user).filter(version=version, customer=customer)
    revenue = mine.values_list("revenue_12m", flat=True).first()
    ours = Portfolio.objects.visible_to(user).filter(version=version)
    return rate(revenue, ours.aggregate(Sum("revenue_12m"))["revenue_12m__sum"])
