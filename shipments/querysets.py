"""Which of a customer's months, and what they come to."""

import datetime as dt
from typing import TYPE_CHECKING, Any, Self, cast

from django.db.models import Q, QuerySet, Sum

from customers.querysets import CustomerScopedQuerySet

if TYPE_CHECKING:
    from shipments.models import CustomerMonth, LaneMonth, ServicePlan  # noqa: F401  # named in a string

SUMS = (
    "shipments",
    "pieces",
    "weight_kg",
    "revenue",
    "cost",
    "uncosted",
    "promised",
    "on_time",
    "exceptions",
)


class CustomerMonthQuerySet(CustomerScopedQuerySet["CustomerMonth"]):
    """Addends of customers' months."""

    def by_month(self) -> "QuerySet[CustomerMonth, dict[str, Any]]":
        """One dict a month and currency, oldest first, with the sums of SUMS."""
        sums = {name: Sum(name) for name in SUMS}
        months = self.values("month", "currency").annotate(**sums).order_by("month", "currency")
        return cast("QuerySet[CustomerMonth, dict[str, Any]]", months)


class ServicePlanQuerySet(CustomerScopedQuerySet["ServicePlan"]):
    """Versions of service plans."""

    def in_force(self, day: dt.date) -> Self:
        """Those that hold on the day: one a customer at most."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


class LaneMonthQuerySet(CustomerScopedQuerySet["LaneMonth"]):
    """Addends of customers' months by service and lane."""
