"""Which rows of the API somebody may see."""

import datetime as dt
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from customers.querysets import CustomerScopedQuerySet
from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES, sees_all

Row = TypeVar("Row", bound=models.Model)
MOVED = "unit"  # among the fields of a change: the customer came to another unit


class ChangeQuerySet(CustomerScopedQuerySet[Row]):
    """Changes for dispatch."""

    def visible_to(self, user: User) -> Self:
        """Of customers the user sees, and those with which one left the user's unit."""
        if sees_all(user):
            return self
        customers: Any = self.model._meta.get_field("customer").related_model
        seen = Q(customer__in=customers.objects.visible_to(user).order_by().values("pk"))
        return self.filter(seen | Q(unit_before__in=_units(user)))

    def news_to(self, user: User) -> Self:
        """Without moves from one place the user sees to another."""
        if sees_all(user):
            return self.exclude(fields=[MOVED])
        within = Q(unit_before__in=_units(user), customer__org_unit__in=_units(user))
        return self.exclude(within, fields=[MOVED])

    def between(self, after: int, until: int) -> Self:
        """Those with a position after the first and not after the second, in order."""
        return self.filter(position__gt=after, position__lte=until).order_by("position")


class EndpointQuerySet(models.QuerySet[Row]):
    """Who is told of changes."""

    def visible_to(self, user: User) -> Self:
        """A system's own; all for administrators."""
        if user.is_active and user.is_administrator:
            return self
        return self.filter(system=user)


class DeliveryQuerySet(models.QuerySet[Row]):
    """Messages to endpoints."""

    def visible_to(self, user: User) -> Self:
        """As their endpoints."""
        if user.is_active and user.is_administrator:
            return self
        return self.filter(endpoint__system=user)

    def failed_since(self, since: dt.datetime) -> Self:
        """Those given up that tell of what happened after that moment."""
        return self.filter(state="failed", created_at__gte=since)


def _units(user: User) -> Any:
    """The unit of a unit role and all below it."""
    if user.role not in UNIT_ROLES or not user.is_active or user.org_unit is None:
        return OrgUnit.objects.none().values("pk")
    return OrgUnit.objects.below(user.org_unit).order_by().values("pk")
