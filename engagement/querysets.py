"""Which notes, tasks and alerts, and how alerts stood on a day."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When

from customers.querysets import (
    CustomerScopedQuerySet,
    Row,
    managers_for,
    shared_with,
    units_and_shares,
)
from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES, sees_all


class AlertQuerySet(CustomerScopedQuerySet[Row]):
    """Alerts, which know the unit and the manager of their customer."""

    def visible_to(self, user: User) -> Self:
        """As of any model that hangs on a customer, without looking the customers up."""
        if sees_all(user):
            return self
        if not user.is_active:
            return self.none()
        customers: Any = self.model._meta.get_field("customer").related_model
        shares = customers._meta.get_field("shares").related_model.objects
        if user.role in UNIT_ROLES and user.org_unit:
            units, shared = units_and_shares(user, shares)
            own = Q(org_unit__in=units)
        elif user.role == User.Role.ACCOUNT_MANAGER:
            own, shared = Q(account_manager__in=managers_for(user)), shared_with(user, shares)
        else:
            return self.none()
        return self.filter(own | Q(customer__in=shared)) if shared else self.filter(own)

    def open(self) -> Self:
        """Those that nothing has closed yet, acknowledged and snoozed ones too."""
        return self.exclude(status="closed")

    def waiting(self, today: dt.date) -> Self:
        """Those somebody has to look at: open, or put off until a day that has come."""
        in_queue = self.filter(status__in=["open", "snoozed"])  # the condition of the index
        return in_queue.filter(Q(status="open") | Q(snoozed_until__lte=today))

    def as_at(self, day: dt.date) -> Self:
        """Those opened by the end of `day`, each with its status then, `status_then`."""
        closed = Q(closed_on__lte=day)
        snoozed = Q(snoozed_on__lte=day, snoozed_until__gt=day)
        acknowledged = Q(acknowledged_on__lte=day)
        return self.filter(opened_on__lte=day).annotate(
            status_then=Case(
                When(closed, then=Value("closed")),
                When(snoozed, then=Value("snoozed")),
                When(acknowledged, then=Value("acknowledged")),
                default=Value("open"),
                output_field=CharField(),
            )
        )

    def with_status_now(self) -> Self:
        """All, with `status_then` as it stands now."""
        return self.annotate(status_then=F("status"))


NOT_A_TALK = ("", "note", "reminder")  # kinds of notes in which nobody was sought


class NoteQuerySet(CustomerScopedQuerySet[Row]):
    """Notes."""

    def touches(self) -> Self:
        """Those in which we and the customer spoke: no bare notes, nobody who was not reached."""
        return self.exclude(kind__in=NOT_A_TALK).exclude(outcome="no_answer")


class TaskQuerySet(CustomerScopedQuerySet[Row]):
    """Tasks."""

    def open(self) -> Self:
        """Those that somebody still has to do."""
        return self.filter(state="open")

    def due(self, today: dt.date) -> Self:
        """Those that are to be done today or should have been."""
        return self.open().filter(due_on__lte=today)

    def work_of(self, user: User) -> Self:
        """Of those the person sees, what they answer for: a head all, others their own.

        A manager also has what the colleagues have for whom they stand in today.
        """
        if user.role == User.Role.UNIT_MANAGER:
            return self
        people = managers_for(user) if user.role == User.Role.ACCOUNT_MANAGER else [user.pk]
        return self.filter(assignee__in=people)


class ComplaintQuerySet(CustomerScopedQuerySet[Row]):
    """Complaints."""

    def open(self) -> Self:
        """Those that are not solved."""
        return self.filter(closed_at=None)


class FileRiskQuerySet(models.QuerySet[Any]):
    """Files at risk by unit and manager."""

    def visible_to(self, user: User) -> Self:
        """Those of the person's unit and below."""
        if sees_all(user):
            return self
        if user.role in UNIT_ROLES and user.is_active and user.org_unit:
            return self.filter(org_unit__in=OrgUnit.objects.below(user.org_unit).values("pk"))
        return self.none()
