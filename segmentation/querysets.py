"""Which rule set, and whose figures of which night."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from customers.querysets import CustomerScopedQuerySet
from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES, sees_all

if TYPE_CHECKING:
    from segmentation.models import (  # noqa: F401  # in strings
        LossLane,
        RuleSet,
        ValueModel,
    )

Row = TypeVar("Row", bound=models.Model)


class NightlyQuerySet(CustomerScopedQuerySet[Row]):
    """Results of the night, one row a customer and version."""

    def current(self) -> Self:
        """Those of the version everyone reads."""
        return self.filter(version__is_current=True)

    def in_portfolio_of(self, user: User) -> Self:
        """Those that `Portfolio.objects.visible_to(user)` sums: nothing that is only shared."""
        if sees_all(user):
            return self
        if user.role in UNIT_ROLES and user.is_active and user.org_unit:
            units = OrgUnit.objects.below(user.org_unit).values("pk")
            return self.filter(customer__org_unit__in=units)
        if user.role == User.Role.ACCOUNT_MANAGER and user.is_active:
            return self.filter(customer__account_manager=user)
        return self.none()


class LossLaneQuerySet(NightlyQuerySet["LossLane"]):
    """Lanes on which customers cost more than they bring."""

    def losing(self) -> Self:
        """With their margin, the greatest loss first."""
        return self.annotate(margin=F("revenue") - F("cost")).order_by(
            "margin", "customer_id", "origin", "destination"
        )


class DecisionQuerySet(CustomerScopedQuerySet[Row]):
    """What people decided about customers."""

    def in_force(self, day: date) -> Self:
        """Those that count on the day."""
        goes_on = Q(ends_on=None) | Q(ends_on__gte=day)
        return self.filter(goes_on, Q(ended_on=None) | Q(ended_on__gt=day), starts_on__lte=day)

    def lapsed(self, day: date) -> Self:
        """Those whose last day has gone by at the end of `day` and that nobody has ended."""
        return self.filter(ended_on=None, ends_on__lte=day)

    def end_lapsed(self, day: date) -> int:
        """End these with the day after their last; returns how many."""
        return self.lapsed(day).update(ended_on=F("ends_on") + timedelta(1))

    def give_way(self, today: date, **ended: Any) -> None:
        """End the one in force, with `ended`; one that has gone by ends as the night would."""
        self.end_lapsed(today - timedelta(1))
        self.filter(ended_on=None).update(ended_on=today, **ended)


class PortfolioQuerySet(models.QuerySet[Any]):
    """Sums of customers of one unit, manager and tier."""

    def visible_to(self, user: User) -> Self:
        """Those of the person's unit and below; of an account manager their own."""
        if sees_all(user):
            return self
        if user.role in UNIT_ROLES and user.is_active and user.org_unit:
            return self.filter(org_unit__in=OrgUnit.objects.below(user.org_unit).values("pk"))
        if user.role == User.Role.ACCOUNT_MANAGER and user.is_active:
            return self.filter(account_manager=user)
        return self.none()


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    """Rule sets."""

    def active(self) -> "RuleSet | None":
        """The one in force; None before the first is made."""
        return self.filter(status="active").first()

    def waiting(self) -> "RuleSet | None":
        """The one that is decided on and waits for its day."""
        return self.filter(status="waiting").first()


class ValueModelQuerySet(models.QuerySet["ValueModel"]):
    """Models of customer value."""

    def used_on(self, day: date, basis: str) -> "ValueModel | None":
        """The last accepted one as of the day; None before the first."""
        known = self.filter(rejection="", as_of__lte=day, basis=basis)
        return known.order_by("-as_of").first()
