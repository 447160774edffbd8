"""Whose customers the page is about: one's own, one's unit's, or those of a unit below."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet

from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES
from segmentation.models import Portfolio

Rows = TypeVar("Rows", bound=QuerySet[Any])


@dataclass(frozen=True, slots=True)
class Scope:
    """`unit` is None for people who look after customers of their own."""

    user: User
    unit: OrgUnit | None = None
    unit_ids: tuple[int, ...] = ()  # the unit and below; empty: all the person sees
    below: tuple[OrgUnit, ...] = ()  # the units one can go down to

    @property
    def is_mine(self) -> bool:
        """Whether it is about one's own customers."""
        return self.unit is None

    @property
    def home(self) -> OrgUnit | None:
        """The person's own unit, where they have gone down from it."""
        return self.user.org_unit if self.unit_ids else None

    def of(self, visible: Rows) -> Rows:
        """Of rows that hang on a customer and that the person may see, those in scope."""
        return visible.filter(customer__org_unit__in=self.unit_ids) if self.unit_ids else visible

    def sums(self) -> QuerySet[Portfolio]:
        """The night's sums in scope."""
        sums: QuerySet[Portfolio] = Portfolio.objects.visible_to(self.user)
        return sums.filter(org_unit__in=self.unit_ids) if self.unit_ids else sums


def scope_of(user: User, wanted: str) -> Scope:
    """The scope with that unit (its id); the whole of the person's for anything else."""
    if user.role not in UNIT_ROLES or user.org_unit is None:
        return Scope(user)
    unit = user.org_unit
    ids: tuple[int, ...] = ()
    if wanted.isascii() and wanted.isdigit() and len(wanted) < _MOST_DIGITS:
        found = OrgUnit.objects.visible_to(user).filter(pk=int(wanted)).first()
        if found is not None and found.pk != unit.pk:
            unit = found
            ids = tuple(OrgUnit.objects.below(unit).values_list("pk", flat=True))
    below = OrgUnit.objects.filter(parent=unit, closed_on=None).order_by("code")
    return Scope(user, unit, ids, tuple(below))


_MOST_DIGITS = 19
