"""Which of a customer's months, and what they come to."""

from typing import TYPE_CHECKING, Any, cast

from django.db.models import QuerySet, Sum

from customers.querysets import CustomerScopedQuerySet

if TYPE_CHECKING:
    from shipments.models import CustomerMonth

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
