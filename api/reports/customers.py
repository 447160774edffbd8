"""Customers as a system finds and reads them."""

from typing import Any

from django.db.models import F, OuterRef, Subquery

from core.models import History
from customers.codes import customers_by_code
from customers.models import Account, Customer
from customers.reports.search import fitting
from organization.models import OrgUnit, User


def readable(user: User) -> Any:
    """The customers of the system's unit but merged files, with the codes of what they name."""
    seen: Any = Customer.objects.visible_to(user)
    above = seen.filter(pk=OuterRef("parent")).values("code")
    return seen.unmerged().annotate(
        parent_code=Subquery(above),
        unit_code=F("org_unit__code"),
        manager_name=F("account_manager__username"),
    )


def found(user: User, wanted: dict[str, Any]) -> Any:
    """The readable customers that fit all that is wanted (api/v1/customers.py: CustomerQuery)."""
    customers = readable(user)
    if text := wanted.get("q"):
        customers = customers.filter(fitting(user, text))
    for name in ("status", "tier"):
        if name in wanted:
            customers = customers.filter(**{name: wanted[name]})
    if manager := wanted.get("account_manager"):
        customers = customers.filter(account_manager__username=manager)
    if code := wanted.get("org_unit"):
        unit = OrgUnit.objects.visible_to(user).by_code(code)
        below = OrgUnit.objects.below(unit) if unit else OrgUnit.objects.none()
        customers = customers.filter(org_unit__in=below.values("pk"))
    if since := wanted.get("updated_since"):
        changes = History.objects.filter(at__gte=since, table_name=Customer._meta.db_table)
        customers = customers.filter(pk__in=changes.values("customer_id"))
    return customers


def named(user: User, code: str) -> Customer | None:
    """The readable customer a code, an account number or the code of a merged file means."""
    pk = customers_by_code([code], user).get(code)
    if pk is None:
        accounts = Account.objects.visible_to(user).filter(account_no=code)
        pk = accounts.values_list("customer", flat=True).first()
    customer: Customer | None = readable(user).filter(pk=pk).first()
    return customer
