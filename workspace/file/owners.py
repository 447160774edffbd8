"""Who answers for a customer: the heads of the units above it, and its account manager."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from customers.models import Customer
from organization.models import OrgUnit, User


@dataclass(frozen=True, slots=True)
class Owner:
    """One link of the chain; a unit that nobody heads has no person."""

    label: str
    person: str
    unit: str


def owners(customer: Customer) -> list[Owner]:
    """From the group down to the account manager; one query."""
    heads = User.objects.filter(
        org_unit=OuterRef("pk"), role=User.Role.UNIT_MANAGER, is_active=True
    ).order_by("pk")
    ids = [int(part) for part in customer.org_unit.path.split("/") if part]
    units = OrgUnit.objects.filter(pk__in=ids).annotate(head=Subquery(heads.values("name")[:1]))
    levels = dict(OrgUnit.Level.choices)
    chain = [
        Owner(str(levels[level]), head or "", name)
        for level, head, name in units.order_by("path").values_list("level", "head", "name")
    ]
    manager = customer.account_manager
    return [*chain, Owner(_("Account manager"), str(manager or ""), customer.org_unit.name)]
