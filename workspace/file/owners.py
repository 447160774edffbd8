"""Who answers for a customer: the heads of the units above it, and its account manager."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from customers.models import Customer
from organization.models import OrgUnit, User


@dataclass(frozen=True, slots=True)
class Owner:
    """One link of the chain; a unit that nobody heads has no person."""

    label: str
    person: str
    unit: str


def owners_asked(customer: Customer) -> ArraySubquery:
    """The units above the customer with who heads them, from the group down: to be selected."""
    heads = User.objects.filter(
        org_unit=OuterRef("pk"), role=User.Role.UNIT_MANAGER, is_active=True
    ).order_by("pk")
    ids = [int(part) for part in customer.org_unit.path.split("/") if part]
    head = Subquery(heads.values("name")[:1])
    told = JSONObject(level="level", name="name", head=head)
    return ArraySubquery(OrgUnit.objects.filter(pk__in=ids).order_by("path").values(told=told))


def owners_from(customer: Customer, units: list[dict[str, Any]]) -> list[Owner]:
    """From the group down to the account manager, as the value of `owners_asked` tells it."""
    levels = dict(OrgUnit.Level.choices)
    chain = [Owner(str(levels[unit["level"]]), unit["head"] or "", unit["name"]) for unit in units]
    manager = customer.account_manager
    return [*chain, Owner(_("Account manager"), str(manager or ""), customer.org_unit.name)]
