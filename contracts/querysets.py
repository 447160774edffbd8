"""Which contracts, plan lines and rows of the night's ageing."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Cast, Least

from contracts.rules.contracts import UNSIGNED
from customers.querysets import CustomerScopedQuerySet, Row, managers_for, shared_with, units_of
from organization.models import User
from organization.permissions import UNIT_ROLES, Action, can, sees_all


class ContractQuerySet(CustomerScopedQuerySet[Row]):
    """Contracts; `visible_to(user)` comes from the customer."""

    def agreed(self) -> Self:
        """Both sides have signed: no drafts, nothing that is in review."""
        return self.exclude(stage__in=UNSIGNED)

    def with_renewal(self) -> Self:
        """With `renewed_from`: the first day of the signed contract that renews it, or None."""
        return self.annotate(renewed_from=models.Subquery(self._renewals().values("starts_on")))

    def with_last_day(self) -> Self:
        """With `renewed_from` and `last_on`, the last day in force or None (rules: last_day)."""
        before = Cast(F("renewed_from") - dt.timedelta(1), models.DateField())
        return self.with_renewal().annotate(last_on=Least("ends_on", before))

    def not_renewed(self) -> Self:
        """Those that no signed contract renews."""
        return self.exclude(Exists(self._renewals()))

    def over(self, day: dt.date) -> Self:
        """Agreed, and ended before `day` or replaced by a renewal that has begun."""
        return self.agreed().filter(Q(ends_on__lt=day) | self._replaced(day))

    def in_force(self, day: dt.date) -> Self:
        """Agreed, `day` lies within the term, and no renewal has begun by then.

        In SQL: contracts_agreed() (migration in_force).
        """
        runs = Q(ends_on=None) | Q(ends_on__gte=day)
        return self.agreed().filter(runs, ~self._replaced(day), starts_on__lte=day)

    def _replaced(self, day: dt.date) -> Exists:
        return Exists(self._renewals().filter(starts_on__lte=day))

    def _renewals(self) -> Self:
        return type(self)(self.model).agreed().filter(renews=OuterRef("pk"))


class AmendmentQuerySet(CustomerScopedQuerySet[Row]):
    """Amendments; `visible_to(user)` comes from the customer."""

    def waiting(self) -> Self:
        """Those whose day has not come, or has come since the last night."""
        return self.filter(applied_on=None, refusal="")


# A line with a number and nothing of ours was invoiced elsewhere.
TO_INVOICE = Q(state="open", is_refund=False, invoiced__lt=F("amount")) & (
    Q(invoice_no="") | Q(invoiced__gt=0)
)


class PlanLineQuerySet(CustomerScopedQuerySet[Row]):
    """Plan lines; `visible_to(user)` comes from the customer."""

    def open(self) -> Self:
        """Lines money is still expected for, as things stand now (the partial index)."""
        return self.filter(state="open", paid__lt=F("amount"))

    def received_by(self, day: dt.date) -> Self:
        """With `received`: what counts as paid at the end of `day`, a bill from its maturity on."""
        later = Sum(
            "allocations__amount", filter=Q(allocations__allocated_on__gt=day), default=Decimal(0)
        )
        return self.annotate(received=F("paid") - later)

    def open_by(self, day: dt.date) -> Self:
        """With `received`, which at the end of `day` is less than was asked for."""
        return self._standing(day).received_by(day).filter(received__lt=F("amount"))

    def settled_by(self, day: dt.date) -> Self:
        """With `received`, which at the end of `day` is all that was asked for."""
        return self._standing(day).received_by(day).filter(received=F("amount"))

    def _standing(self, day: dt.date) -> Self:
        """Neither void nor given up by the end of `day`."""
        return self.filter(Q(state="open") | Q(state="written_off", written_off_on__gt=day))

    def to_invoice(self) -> Self:
        """Lines that are not, or not wholly, on tax invoices asked for or issued."""
        return self.filter(TO_INVOICE)

    def overdue(self, day: dt.date) -> Self:
        """Open lines past their due date; due today is not overdue."""
        return self.open().filter(due_on__lt=day)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose customers a person sees, besides those shared with them; None: all of them."""

    units: list[int] | None = None
    managers: list[int] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the person sees the whole company."""
        return self.units is None and self.managers is None


def scope_of(user: User) -> Scope | None:
    """The units or managers whose customers the person sees; None when there are none.

    The same people as in `CustomerQuerySet.visible_to`.
    """
    if sees_all(user):
        return Scope()
    if not user.is_active:
        return None
    if user.role in UNIT_ROLES and user.org_unit:
        return Scope(units=units_of(user))
    if user.role == User.Role.ACCOUNT_MANAGER:
        return Scope(managers=managers_for(user))
    return None


class BankLineQuerySet(models.QuerySet[Row]):
    """Rows of bank statements: they belong to a unit until it is known whose money they are."""

    def visible_to(self, user: User) -> Self:
        """For finance: those of the person's unit and below."""
        unit = user.org_unit
        if not can(user, Action.MATCH_BANK_LINE) or unit is None:
            return self.none()
        return self if sees_all(user) else self.filter(unit__path__startswith=unit.path)

    def open(self) -> Self:
        """Money that came in and is nobody's yet."""
        return self.filter(state="open", is_incoming=True)


class AgeingQuerySet(CustomerScopedQuerySet[Row]):
    """Rows of the night's ageing, which know the unit and the manager of their customer."""

    def visible_to(self, user: User) -> Self:
        """As of any model that hangs on a customer, without looking the customers up."""
        scope = scope_of(user)
        if scope is None:
            return self.none()
        if scope.is_whole:
            return self
        helped = self._helped(user)
        seen = _standing_in(scope)
        return self.filter(seen | Q(customer_id__in=helped) if helped else seen)

    def only_shared_with(self, user: User) -> Self:
        """Those of them that the person sees for being a helper and for nothing else."""
        scope = scope_of(user)
        if scope is None or scope.is_whole:
            return self.none()
        return self.exclude(_standing_in(scope)).filter(customer_id__in=self._helped(user))

    def _helped(self, user: User) -> list[int]:
        """Ids of the customers that are shared with the person.

        Few and named one by one, so that an index finds the rows (a sub-select in an OR: 100 x).
        """
        customers: Any = self.model._meta.get_field("customer").related_model
        return shared_with(user, customers._meta.get_field("shares").related_model.objects)


def _standing_in(scope: Scope) -> Q:
    if scope.managers is None:
        return Q(org_unit_id__in=scope.units)
    return Q(account_manager_id__in=scope.managers)
