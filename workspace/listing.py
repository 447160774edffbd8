"""The customer list: who is on it, in which order, with which figures.

Everything here is handed customers that `visible_to` has found.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import (
    Count,
    DateField,
    DecimalField,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)

from contracts.models import Ageing, CreditState
from core.keyset import Order, read_amount, read_number
from core.models import Version
from customers.models import Customer
from organization.models import User
from segmentation.models import Rhythm
from segmentation.rules.indicators import growth
from shipments.models import CustomerMonth
from shipments.rules import month_number

PAGE_SIZE = 50
EXACT_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head: its link sorts the other way where the list is sorted by it already."""

    label: Any
    sort: str = ""  # what the link sorts by; empty where it cannot be sorted by
    direction: str = ""  # of aria-sort; empty where the list is not sorted by it
    numeric: bool = False


_FIGURES = {  # what a row shows -> the night's figure
    "revenue": "revenue_12m",
    "revenue_before": "revenue_prev_12m",
    "margin": "margin_12m",
    "shipments": "shipments_12m",
    "promised": "promised",
    "on_time": "on_time",
    "due": "due",
    "collected": "collected",
}
_OWING = {"owed": "balance", "overdue": "overdue"}
ORDERS = {
    "code": Order("code"),
    "name": Order("name", tie="code", parse_tie=str),
    "revenue": Order("revenue", nullable=True, parse=read_amount),
    "overdue": Order("overdue", nullable=True, parse=read_amount),
    "follow_up": Order("next_follow_up_on", nullable=True, parse=date.fromisoformat),
    "file": Order("file_score", nullable=True, parse=read_number),
    "health": Order("health_score", nullable=True, parse=read_amount),
}


def order_of(sort: str, default: str = "code") -> tuple[str, Order]:
    """The order a URL asks for (`name`, `-revenue`) and its name; the default for anything else."""
    if sort.removeprefix("-") not in ORDERS:
        sort = default
    order = ORDERS[sort.removeprefix("-")]
    return sort, replace(order, descending=sort.startswith("-"))


def customers_for(user: User) -> QuerySet[Customer]:
    """The unmerged customers the person may see."""
    return Customer.objects.visible_to(user).unmerged()


def with_figures(queryset: QuerySet[Customer], version: Version | None) -> QuerySet[Customer]:
    """The same customers with what a row shows, as of that night; before the first night nothing.

    Owed and overdue are those in the company's currency.
    """
    queryset = queryset.select_related("org_unit", "account_manager", "prospect")
    queryset = queryset.annotate(file_score=F("file_state__score"))
    if version is None:
        return queryset.annotate(
            **{
                name: Value(None, output_field=DecimalField())
                for name in (*_FIGURES, *_OWING, "health_score")
            },
            last_shipment=Value(None, output_field=DateField()),
        )
    night = Q(figures__version=version)
    owing = Q(ageing__version=version, ageing__currency=settings.COMPANY_CURRENCY)
    return queryset.annotate(
        night=FilteredRelation("figures", condition=night),
        owing=FilteredRelation("ageing", condition=owing),
        standing=FilteredRelation("healths", condition=Q(healths__version=version)),
    ).annotate(
        **{name: F(f"night__{column}") for name, column in _FIGURES.items()},
        **{name: F(f"owing__{column}") for name, column in _OWING.items()},
        last_shipment=F("night__last_accepted_on"),
        health_score=F("standing__score"),
    )


def overdue_for(
    queryset: QuerySet[Customer], version: Version | None, days: int
) -> QuerySet[Customer]:
    """Those with a plan line more than so many days late that night, in any currency."""
    if version is None:
        return queryset.none()
    late = Ageing.objects.filter(
        version=version,
        customer=OuterRef("pk"),
        overdue__gt=0,
        oldest_due_on__lt=version.business_date - timedelta(days=days),
    )
    return queryset.filter(Exists(late))


def shipping_so(
    queryset: QuerySet[Customer], version: Version | None, state: str
) -> QuerySet[Customer]:
    """Those whose rhythm was in that state that night."""
    if version is None:
        return queryset.none()
    so = Rhythm.objects.filter(version=version, customer=OuterRef("pk"), state=state)
    return queryset.filter(Exists(so))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the list."""

    customer: Customer
    figures: Any  # the same customer, for what with_figures wrote on it
    growth: Decimal | None
    owed: list[tuple[Decimal, str]]  # amount and currency, the company's first
    overdue: list[tuple[Decimal, str]]
    volumes: list[int]  # shipments of the last 12 whole months, oldest first
    credit: CreditState | None  # in the company's currency, as of now; where it is shown

    @property
    def revenue(self) -> Decimal | None:
        """Of 12 months, in the company's currency."""
        amount: Decimal | None = self.figures.revenue
        return amount

    @property
    def last_shipment(self) -> date | None:
        """When the customer last sent something."""
        day: date | None = self.figures.last_shipment
        return day


def lines(
    customers: list[Any], version: Version | None, *, volumes: bool = False, credit: bool = False
) -> list[Line]:
    """The rows as shown; a query for what is owed, one for the months, one for the credit."""
    owed: dict[int, list[tuple[Decimal, str]]] = {}
    overdue: dict[int, list[tuple[Decimal, str]]] = {}
    ids = [customer.pk for customer in customers]
    ageing = Ageing.objects.filter(version=version, customer__in=ids)
    for row in sorted(ageing, key=lambda row: _company_first(row.currency)):
        for amounts, amount in ((owed, row.balance), (overdue, row.overdue)):
            if amount > 0:
                amounts.setdefault(row.customer_id, []).append((amount, row.currency))
    states = _states(ids) if credit else {}
    months = _months(ids, version.business_date) if volumes and version else {}
    return [
        Line(
            customer=customer,
            figures=customer,
            growth=_growth(customer),
            owed=owed.get(customer.pk, []),
            overdue=overdue.get(customer.pk, []),
            volumes=months.get(customer.pk, []),
            credit=states.get(customer.pk),
        )
        for customer in customers
    ]


def _company_first(currency: str) -> tuple[bool, str]:
    return currency != settings.COMPANY_CURRENCY, currency


def _states(ids: list[int]) -> dict[int, CreditState]:
    """How the credit of these stands in the company's currency; one query."""
    states = CreditState.objects.filter(customer__in=ids, currency=settings.COMPANY_CURRENCY)
    return {state.customer_id: state for state in states}


def _months(ids: list[int], day: date) -> dict[int, list[int]]:
    """Shipments of the 12 months before the month of `day`, by customer; one query."""
    this = month_number(day)
    found: dict[int, list[int]] = {}
    scope = CustomerMonth.objects.filter(customer__in=ids, month__range=(this - 12, this - 1))
    sums = scope.values_list("customer", "month").annotate(Sum("shipments")).order_by()
    for customer, month, shipments in sums:
        found.setdefault(customer, [0] * 12)[month - this + 12] = shipments
    return found


def _growth(customer: Any) -> Decimal | None:
    if customer.revenue is None:
        return None
    return growth(customer.revenue, customer.revenue_before)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows a list has, and what they come to where they are not too many to add up."""

    number: int
    exact: bool
    revenue: Decimal | None = None
    owed: Decimal | None = None
    overdue: Decimal | None = None


def totals(figures: QuerySet[Customer], version: Version | None) -> Totals:
    """Exact up to EXACT_UP_TO; then the planner's estimate and no sums: a million rows are slow.

    The sums are of the company's currency, as of that night.
    """
    if version is None:
        return count(figures)
    some = figures.select_related(None).order_by()[: EXACT_UP_TO + 1]
    found = some.aggregate(
        number=Count("pk"), **{f"all_{name}": Sum(name) for name in ("revenue", *_OWING)}
    )
    number = found.pop("number")
    if number <= EXACT_UP_TO:
        sums = {name.removeprefix("all_"): amount for name, amount in found.items()}
        return Totals(number, exact=True, **sums)
    return Totals(_estimate(figures), exact=False)


def count(queryset: QuerySet[Customer]) -> Totals:
    """`totals` without the sums."""
    number = queryset.order_by()[: EXACT_UP_TO + 1].count()
    if number <= EXACT_UP_TO:
        return Totals(number, exact=True)
    return Totals(_estimate(queryset), exact=False)


def _estimate(queryset: QuerySet[Customer]) -> int:
    plan = json.loads(queryset.order_by().values("pk").explain(format="json"))
    return max(int(plan[0]["Plan"]["Plan Rows"]), EXACT_UP_TO)
