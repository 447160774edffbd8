"""What somebody wants to see: the page's address as values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from core.models import Version
from core.requests import asked_currency
from customers.models import Customer
from organization.models import OrgUnit, User
from organization.permissions import UNIT_ROLES
from shipments.rules import month_number
from shipments.rules.periods import NAMES, Span, own_span, span_of
from workspace.statistics.dimensions import DIMENSIONS, NONE

_LONGEST = 200
COMPARISONS = ("year", "before")


@dataclass(frozen=True, slots=True)
class Choice:
    """How to split which months of which customers.

    `values` are the chosen values by dimension; `query` narrows customers; `is_understood` is
    false for values that do not exist, which list nothing.
    """

    day: dt.date
    by: str
    period: str
    compare: str
    span: Span
    currency: str
    values: dict[str, str]
    query: Q
    unit: OrgUnit | None = None
    is_understood: bool = True

    @property
    def before(self) -> Span:
        """The span it is compared with."""
        return self.span.compared(self.compare)

    @property
    def is_running(self) -> bool:
        """Whether the span holds a month that is not over."""
        return self.span.last >= month_number(self.day + dt.timedelta(days=1))

    @property
    def of_lanes(self) -> bool:
        """Whether it asks for anything that only lanes know."""
        asked = {self.by, *self.values}
        return any(DIMENSIONS[name].kind in {"lane", "pair"} for name in asked)


def statistics_day() -> dt.date:
    """The day of the current night, as other pages have it; today before the first night."""
    version = Version.objects.current()
    return version.business_date if version else timezone.localdate()


def read_choice(user: User, query: Mapping[str, str]) -> Choice:
    """The choice of an address. Unknown names mean the default, unknown values list nothing."""
    day = statistics_day()
    by, period = query.get("by", ""), query.get("period", "")
    own = own_span(query.get("from", ""), query.get("to", "")) if period == "own" else None
    if period not in NAMES:
        period = NAMES[0]
    compare = query.get("compare", "")
    values = {name: _text(query.get(name, "")) for name in DIMENSIONS if query.get(name)}
    narrowed, unit, understood = _customers(user, values)
    return Choice(
        day=day,
        by=by if by in DIMENSIONS else _first_split(user),
        period=period,
        compare=compare if compare in COMPARISONS else COMPARISONS[0],
        span=own or span_of(period, day),
        currency=asked_currency(query),
        values=values,
        query=narrowed,
        unit=unit,
        is_understood=understood,
    )


def _first_split(user: User) -> str:
    """What somebody looks at first: a head their units, an account manager their customers."""
    return "unit" if user.role in UNIT_ROLES else "customer"


def _text(value: str) -> str:
    return value[:_LONGEST].strip()


def _customers(user: User, values: Mapping[str, str]) -> tuple[Q, OrgUnit | None, bool]:
    """The condition on rollup rows that the values are of their customers, and the unit."""
    found, unit, understood = Q(), None, True
    for name, value in values.items():
        dimension = DIMENSIONS[name]
        if name == "unit":
            unit = OrgUnit.objects.visible_to(user).by_code(value)
            understood = understood and unit is not None
            path = unit.path if unit else ""
            found &= Q(customer__org_unit__path__startswith=path)
        elif name == "manager" and value != NONE:
            found &= Q(customer__account_manager__username=value)
        elif name == "customer":
            known = value.isascii() and value.isdigit() and len(value) < 18
            understood = understood and known
            found &= Q(customer_id=int(value) if known else 0)
        elif dimension.field:
            found &= Q(**{dimension.field: _stored(name, value)})
    return found, unit, understood


def _stored(name: str, value: str) -> Any:
    """The value as a row has it."""
    if name == "manager":
        return None
    return "" if value == NONE else value


def shown_units(user: User) -> list[OrgUnit]:
    """The units a head may choose, in the order of the tree."""
    return (
        list(OrgUnit.objects.visible_to(user).order_by("path")) if user.role in UNIT_ROLES else []
    )


TIERS = Customer.Tier.choices
