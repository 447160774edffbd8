"""The customer list: who is on it, in which order, with which figures."""

import json
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import DateField, DecimalField, F, FilteredRelation, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from contracts.models import Ageing
from core.keyset import Order
from core.models import Version
from customers.models import Customer
from organization.models import User
from segmentation.rules.indicators import growth

PAGE_SIZE = 50
EXACT_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a list has; an estimate of the planner's beyond EXACT_UP_TO."""

    number: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: its link sorts the other way where the list is sorted by it already."""

    label: Any
    sort: str = ""  # what the link sorts by; empty where it cannot be sorted by
    direction: str = ""  # of aria-sort; empty where the list is not sorted by it
    numeric: bool = False


def _amount(text: str) -> Decimal:
    amount = Decimal(text)
    if not amount.is_finite() or abs(amount) >= 10**18:
        raise ValueError(text)
    return amount


ORDERS = {
    "code": Order("code"),
    "name": Order("name", tie="code", parse_tie=str),
    "revenue": Order("revenue", nullable=True, parse=_amount),
    "overdue": Order("overdue", nullable=True, parse=_amount),
}
_BIGGEST_FIRST = {"revenue", "overdue"}


def order_of(sort: str, default: str = "code") -> tuple[str, Order]:
    """The order a URL asks for (`name`, `-revenue`) and its name; the default for anything else."""
    if sort.removeprefix("-") not in ORDERS:
        sort = default
    order = ORDERS[sort.removeprefix("-")]
    return sort, replace(order, descending=sort.startswith("-"))


def heads(sort: str) -> list[Head]:
    """The columns of the list as it is sorted now."""
    columns = [
        (_("customer"), "name", False),
        (_("code"), "code", False),
        (_("tier"), "", False),
        (_("ABC class"), "", False),
        (_("unit"), "", False),
        (_("manager"), "", False),
        (_("revenue, 12 months"), "revenue", True),
        (_("growth"), "", True),
        (_("overdue"), "overdue", True),
        (_("last shipment"), "", True),
    ]
    return [Head(label, *_link(name, sort), numeric) for label, name, numeric in columns]


def _link(name: str, sort: str) -> tuple[str, str]:
    if not name:
        return "", ""
    if sort.removeprefix("-") != name:
        return ("-" if name in _BIGGEST_FIRST else "") + name, ""
    return (name, "descending") if sort.startswith("-") else (f"-{name}", "ascending")


def customers_for(user: User) -> QuerySet[Customer]:
    """The unmerged customers the person may see."""
    return Customer.objects.visible_to(user).unmerged()


def with_figures(queryset: QuerySet[Customer], version: Version | None) -> QuerySet[Customer]:
    """The same customers with what a row shows, as of that night; before the first night nothing.

    Overdue is that in the company's currency: only this one can be sorted by.
    """
    queryset = queryset.select_related("org_unit", "account_manager")
    if version is None:
        nothing = Value(None, output_field=DecimalField())
        return queryset.annotate(
            revenue=nothing, revenue_before=nothing, overdue=nothing,
            last_shipment=Value(None, output_field=DateField()),
        )  # fmt: skip
    night = Q(figures__version=version)
    owing = Q(ageing__version=version, ageing__currency=settings.COMPANY_CURRENCY)
    return queryset.annotate(
        night=FilteredRelation("figures", condition=night),
        owing=FilteredRelation("ageing", condition=owing),
    ).annotate(
        revenue=F("night__revenue_12m"),
        revenue_before=F("night__revenue_prev_12m"),
        last_shipment=F("night__last_accepted_on"),
        overdue=F("owing__overdue"),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list."""

    customer: Customer
    revenue: Decimal | None
    growth: Decimal | None
    overdue: list[tuple[Decimal, str]]  # amount and currency, the company's first
    last_shipment: date | None


def lines(customers: list[Any], version: Version | None) -> list[Line]:
    """The rows as shown; one query for what is overdue in any currency."""
    overdue: dict[int, list[tuple[Decimal, str]]] = {}
    ids = [customer.pk for customer in customers]
    ageing = Ageing.objects.filter(version=version, customer__in=ids, overdue__gt=0)
    for row in ageing.order_by("currency"):
        overdue.setdefault(row.customer_id, []).append((row.overdue, row.currency))
    for amounts in overdue.values():
        amounts.sort(key=lambda amount: (amount[1] != settings.COMPANY_CURRENCY, amount[1]))
    return [
        Line(
            customer=customer,
            revenue=customer.revenue,
            growth=_growth(customer),
            overdue=overdue.get(customer.pk, []),
            last_shipment=customer.last_shipment,
        )
        for customer in customers
    ]


def _growth(customer: Any) -> Decimal | None:
    if customer.revenue is None:
        return None
    return growth(customer.revenue, customer.revenue_before)


def count(queryset: QuerySet[Customer]) -> Count:
    """Exact up to EXACT_UP_TO, then the planner's estimate: counting a million rows is slow."""
    number = queryset.order_by()[: EXACT_UP_TO + 1].count()
    if number <= EXACT_UP_TO:
        return Count(number, exact=True)
    plan = json.loads(queryset.order_by().values("pk").explain(format="json"))
    return Count(max(int(plan[0]["Plan"]["Plan Rows"]), EXACT_UP_TO), exact=False)
