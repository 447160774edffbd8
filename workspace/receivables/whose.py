"""Whose receivables somebody wants to see: the part of an address all these pages share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from contracts.reports.receivables import Narrowed
from customers.models import Customer
from customers.querysets import managers_for
from organization.models import OrgUnit, User

NO_TIER = "none"  # in addresses: customers without a tier
TIERS: dict[str, Any] = {**dict(Customer.Tier.choices), NO_TIER: gettext_lazy("No tier")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What narrows the customers one sees; `is_understood` is false for nonsense.

    `is_own`: those of the unit itself, not of the units below it. An address names the unit once
    more for that, so that it does not stay when another unit is chosen.
    """

    unit: OrgUnit | None = None
    is_own: bool = False
    manager: User | None = None
    tier: str = ""
    is_understood: bool = True

    def narrowed(self) -> Narrowed:
        """The same for sums and rows."""
        units = None
        if self.unit is not None:
            below = OrgUnit.objects.below(self.unit).values_list("pk", flat=True)
            units = [self.unit.pk] if self.is_own else list(below)
        manager = None if self.manager is None else self.manager.pk
        return Narrowed(units, manager, tier_of(self.tier))


def read_whose(user: User, query: Mapping[str, str]) -> dict[str, Any]:
    """The fields of Whose that an address asks for; unknown values list nothing."""
    unit, is_unit_known = _unit(user, query.get("unit", ""))
    manager, is_manager_known = _manager(user, query.get("manager", ""))
    tier = query.get("tier", "")
    return {
        "unit": unit,
        "is_own": unit is not None and query.get("own") == unit.code,
        "manager": manager,
        "tier": tier if tier in TIERS else "",
        "is_understood": (is_unit_known and is_manager_known and tier in {"", *TIERS}),
    }


def tier_of(text: str) -> str | None:
    """The tier an address names; None: any, "": customers without one."""
    return "" if text == NO_TIER else text or None


def _unit(user: User, code: str) -> tuple[OrgUnit | None, bool]:
    """The visible unit of that code, and whether there is one or none was asked for."""
    unit = OrgUnit.objects.visible_to(user).by_code(code)
    return unit, unit is not None or not code


def _manager(user: User, username: str) -> tuple[User | None, bool]:
    """An account manager of the units the person sees, or somebody they stand in for."""
    if not username:
        return None, True
    units = OrgUnit.objects.visible_to(user).order_by().values("pk")
    known = Q(org_unit__in=units)
    if user.role == User.Role.ACCOUNT_MANAGER:
        known |= Q(pk__in=managers_for(user))
    found = User.objects.filter(known, username=username, role=User.Role.ACCOUNT_MANAGER)
    manager = found.first()
    return manager, manager is not None
