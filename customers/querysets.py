"""Which customers, and which rows that hang on a customer: `visible_to(user)` is the one way in.

Row-level security says the same again in the database (customers/migrations/0002_row_security.py).
Three plain queries by role instead of one with OR: measured 6-65 ms against 205-270 ms.
"""

from datetime import date, datetime
from typing import Any, Self, TypeVar

from django.db import connection, models
from django.db.models import Q, Value
from django.utils import timezone

from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES, sees_all

Row = TypeVar("Row", bound=models.Model)
_MANAGERS, _UNITS, _SHARED = "_managers", "_units", "_shared"  # what is remembered on a user


def stands_below(company: int, above: int) -> bool:
    """Whether the company (id) stands somewhere below `above` in its group, or is it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s IN (SELECT app_group_above(%s))", [above, company])
        found: bool = cursor.fetchone()[0]
    return found


def group_of(company: int) -> dict[int, int | None]:
    """All companies of a company's group (ids) with their parents, hidden ones too.

    Only to find the visible ones among them: how many there are is nobody's business.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, parent_id FROM app_group_of(%s)", [company])
        return dict(cursor.fetchall())


def managers_for(user: User) -> list[int]:
    """The ids of an account manager and of those for whom they stand in today.

    Numbers, not a sub-select: the planner then knows how few customers they are. Asked once for
    the user as loaded for a request.
    """
    known: list[int] | None = user.__dict__.get(_MANAGERS)
    if known is None:
        today = timezone.localdate()
        absent = user.deputises_for.filter(starts_on__lte=today, ends_on__gte=today)
        known = [user.pk, *absent.order_by("user").values_list("user", flat=True)]
        user.__dict__[_MANAGERS] = known
    return known


def units_of(user: User) -> list[int]:
    """The ids of the person's home unit and those below; asked once for the user as loaded."""
    known: list[int] | None = user.__dict__.get(_UNITS)
    if known is None:
        below = OrgUnit.objects.below(user.org_unit) if user.org_unit else OrgUnit.objects.none()
        known = user.__dict__[_UNITS] = list(below.order_by("pk").values_list("pk", flat=True))
    return known


def shared_with(user: User, shares: Any) -> list[int]:
    """The ids of the customers that are shared with the person or with those they stand in for.

    `shares` are all shares. Asked once for the user as loaded for a request.
    """
    known: list[int] | None = user.__dict__.get(_SHARED)
    if known is None:
        people = [user.pk] if user.role in UNIT_ROLES else managers_for(user)
        found = shares.in_force(user).filter(user__in=people).order_by("customer")
        known = user.__dict__[_SHARED] = list(found.values_list("customer", flat=True))
    return known


def units_and_shares(user: User, shares: Any) -> tuple[list[int], list[int]]:
    """What `units_of` and `shared_with` say of somebody with units, in one query for both."""
    if not {_UNITS, _SHARED} & user.__dict__.keys() and user.org_unit:
        units = OrgUnit.objects.below(user.org_unit).order_by().values_list(Value(_UNITS), "pk")
        shared = shares.in_force(user).filter(user=user).order_by()
        found = list(units.union(shared.values_list(Value(_SHARED), "customer"), all=True))
        for kind in (_UNITS, _SHARED):
            user.__dict__[kind] = sorted(pk for what, pk in found if what == kind)
    return units_of(user), shared_with(user, shares)


class CustomerQuerySet(models.QuerySet[Any]):
    """Customers."""

    def visible_to(self, user: User) -> Self:
        """All, or home unit and below, or own and stood in for; and what is shared."""
        if sees_all(user):
            return self
        shares = self.model._meta.get_field("shares").related_model.objects
        shares = shares.in_force(user)
        shared = shares.filter(user=user).values("customer")
        if user.role in UNIT_ROLES and user.is_active and user.org_unit:
            units = OrgUnit.objects.below(user.org_unit).values("pk")
            return self.filter(Q(org_unit__in=units) | Q(pk__in=shared))
        if user.role == User.Role.ACCOUNT_MANAGER and user.is_active:
            managers = managers_for(user)
            helped = shares.filter(user__in=managers).values("customer")
            managed = (
                self.model.objects.filter(account_manager__in=managers).order_by().values("pk")
            )
            return self.filter(pk__in=managed.union(helped))
        return self.none()

    def headed_by(self, user: User) -> Self:
        """Those of the person's unit and below: what is only shared, others hand on or merge."""
        if sees_all(user):
            return self
        return self.visible_to(user).filter(org_unit__in=units_of(user))

    def unmerged(self) -> Self:
        """Without the files that were merged into another."""
        return self.filter(merged_into=None)


class CustomerScopedQuerySet(models.QuerySet[Row]):
    """Rows of models that hang on a customer by their field `customer`."""

    def visible_to(self, user: User) -> Self:
        """Only rows whose customer the user may see."""
        if sees_all(user):
            return self
        customers: Any = self.model._meta.get_field("customer").related_model
        return self.filter(customer__in=customers.objects.visible_to(user).order_by().values("pk"))


class ContactQuerySet(CustomerScopedQuerySet[Row]):
    """The people at customers."""

    def at_work(self) -> Self:
        """Those who (as far as we know) still work there."""
        return self.filter(is_active=True)

    def known(self) -> Self:
        """Without those whose details were erased."""
        return self.filter(erased_on=None)

    def may_be_mailed(self) -> Self:
        """Those with an address who still work there and said neither "leave me alone" nor "no"."""
        asked = self.at_work().known().filter(do_not_contact=False).exclude(email="")
        return asked.exclude(consent__in=["refused", "withdrawn"])


class PrivateQuerySet(CustomerScopedQuerySet[Row]):
    """Restricted details of contacts."""

    def opened_by(self, user: User, since: datetime) -> Self:
        """Those the person has opened, with a reason on record, since that moment.

        The database says the same of crm_app (migration 0011): nobody else's are read at all.
        """
        mine = Q(contact__openings__user=user, contact__openings__opened_at__gte=since)
        return self.filter(mine).distinct()


class ShareQuerySet(CustomerScopedQuerySet[Row]):
    """Who else sees a customer."""

    def in_force(self, user: User) -> Self:
        """Without those that have ended; while the person writes, without those only to read."""
        found = self.filter(Q(until=None) | Q(until__gte=timezone.localdate()))
        return found.filter(read_only=False) if user.is_writing else found


class DeviationQuerySet(CustomerScopedQuerySet[Row]):
    """Deviations from the service policy."""

    def live(self, day: date) -> Self:
        """Those that count on the day."""
        return self.filter(ended_at=None, starts_on__lte=day, ends_on__gte=day)

    def lapsed(self, day: date) -> Self:
        """Those whose last day has gone by at the end of `day` and that nobody has ended."""
        return self.filter(ended_at=None, ends_on__lte=day)


class HandoverQuerySet(models.QuerySet[Row]):
    """Handovers, which concern several customers and people."""

    def visible_to(self, user: User) -> Self:
        """Those one has arranged, received or given, and those of a customer one sees."""
        related: Any = self.model._meta.get_field("items").related_model
        items = related.objects
        own = Q(receiver=user) | Q(created_by=user)
        given = items.filter(manager_before=user).values("handover")
        seen = items.visible_to(user).values("handover")
        return self.filter(own | Q(pk__in=given) | Q(pk__in=seen))


class PoolEntryQuerySet(CustomerScopedQuerySet[Row]):
    """Stays in the pool."""

    def visible_to(self, user: User) -> Self:
        """As the customers; the account managers of a unit see what lies in its pool now."""
        if user.role != User.Role.ACCOUNT_MANAGER or not user.is_active or not user.org_unit:
            return super().visible_to(user)
        customers: Any = self.model._meta.get_field("customer").related_model
        own = customers.objects.visible_to(user).order_by().values("pk")
        units = OrgUnit.objects.below(user.org_unit).values("pk")
        in_pool = Q(ended_at=None, customer__account_manager=None, customer__org_unit__in=units)
        return self.filter(Q(customer__in=own) | in_pool)

    def lying(self) -> Self:
        """Those that lie in the pool now."""
        return self.filter(
            ended_at=None, customer__account_manager=None, customer__merged_into=None
        )


class MergeQuerySet(CustomerScopedQuerySet[Row]):
    """Merges of files."""

    def visible_to(self, user: User) -> Self:
        """Of files the user may see; all for administrators, who may undo them (codes only)."""
        return self if user.is_active and user.is_administrator else super().visible_to(user)

    def busy(self) -> Self:
        """Those a worker has to do, the oldest first."""
        return self.filter(state__in=["waiting", "undoing"]).order_by("pk")


class DuplicateQuerySet(CustomerScopedQuerySet[Row]):
    """Pairs of files that may be one company."""

    def visible_to(self, user: User) -> Self:
        """Only pairs of which the user may see both files."""
        if sees_all(user):
            return self
        customers: Any = self.model._meta.get_field("customer").related_model
        seen = customers.objects.visible_to(user).order_by().values("pk")
        return self.filter(customer__in=seen, other__in=seen)

    def waiting(self) -> Self:
        """Pairs nobody has decided on, of files that are not merged."""
        return self.filter(dismissed_at=None, customer__merged_into=None, other__merged_into=None)
