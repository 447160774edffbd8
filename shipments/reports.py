"""One customer's shipments in numbers, for pages."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from core.rules import ZERO, rate
from customers.models import Customer
from shipments.models import CustomerMonth, Waybill
from shipments.rules import first_day, month_number

LAST_WAYBILLS = 50


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A customer's month: counts of all waybills, money of those in one currency."""

    first_day: dt.date
    shipments: int = 0
    weight_kg: Decimal = Decimal("0.000")
    revenue: Decimal = ZERO
    cost: Decimal = ZERO
    uncosted: int = 0
    promised: int = 0
    on_time: int = 0
    exceptions: int = 0

    @property
    def margin(self) -> Decimal | None:
        """Revenue - cost; null while a cost is unknown."""
        return None if self.uncosted else self.revenue - self.cost

    @property
    def on_time_rate(self) -> Decimal | None:
        """Of what was delivered with a promise; null when nothing was."""
        return rate(self.on_time, self.promised)


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The 12 months to a day, the 12 before, and the last shipment (C0); money in one currency."""

    shipments: int = 0
    revenue: Decimal = ZERO
    cost: Decimal = ZERO
    uncosted: int = 0
    exceptions: int = 0
    promised: int = 0
    on_time: int = 0
    shipments_prev: int = 0
    revenue_prev: Decimal = ZERO
    last_accepted_on: dt.date | None = None

    @property
    def margin(self) -> Decimal | None:
        """Revenue - cost; null while a cost is unknown."""
        return None if self.uncosted else self.revenue - self.cost

    @property
    def growth(self) -> Decimal | None:
        """(now - before) / before; null when there was no revenue before."""
        return rate(self.revenue - self.revenue_prev, self.revenue_prev)

    @property
    def on_time_rate(self) -> Decimal | None:
        """Of what was delivered by the day with a promise."""
        return rate(self.on_time, self.promised)

    @property
    def exception_rate(self) -> Decimal | None:
        """Of all shipments."""
        return rate(self.exceptions, self.shipments)


def monthly_series(
    customer: Customer, until: dt.date, *, currency: str, months: int = 24
) -> list[MonthRow]:
    """The customer's last months, oldest first, the month of `until` as the last; none left out.

    Every waybill known now counts, also those accepted or delivered after `until`.
    """
    last = month_number(until)
    found: dict[int, dict[str, int | Decimal]] = {}
    scope = CustomerMonth.objects.filter(customer=customer, month__range=(last - months + 1, last))
    for sums in scope.by_month():
        into = found.setdefault(sums["month"], {})
        names = _COUNTS if sums["currency"] != currency else _COUNTS | _MONEY
        for name in names:
            into[name] = into.get(name, 0) + sums[name]
    return [
        MonthRow(first_day(month), **found.get(month, {}))  # type: ignore[arg-type]  # a row of that shape
        for month in range(last - months + 1, last + 1)
    ]


_COUNTS = {"shipments", "weight_kg", "promised", "on_time", "exceptions"}
_MONEY = {"revenue", "cost", "uncosted"}
_FIGURES = (
    "shipments, revenue, cost, uncosted, exceptions, promised, on_time, shipments_prev,"
    " revenue_prev, last_accepted_on"
)


def year_figures(customer: Customer, day: dt.date, *, currency: str) -> YearFigures:
    """The customer's figures as of `day` from the live waybills; pages of many use the night's."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FIGURES} FROM shipments_window(%s, %s) WHERE customer_id = %s",  # noqa: S608  # text of this code; values are parameters
            [day, currency, customer.pk],
        )
        row = cursor.fetchone()
    return YearFigures(*row) if row else YearFigures()


def last_waybills(customer: Customer, limit: int = LAST_WAYBILLS) -> "QuerySet[Waybill]":
    """The customer's latest waybills, newest first, cancelled ones included."""
    waybills = Waybill.objects.filter(customer=customer)
    return waybills.order_by("-accepted_at", "-waybill_no")[:limit]


@dataclass(frozen=True, slots=True)
class Partner:
    """Another customer (its id) with what went between the two in 12 months, whoever paid."""

    customer: int
    shipments: int
    revenue: Decimal


def partners(customer: int, day: dt.date) -> list[Partner]:
    """Everybody a customer (id) sent to or received from in the 12 months, most revenue first.

    In the company's currency. Also those that the person who asks may not see: ids only.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT partner_id, shipments, revenue FROM shipments_partners(%s, %s, %s)"
            " ORDER BY revenue DESC, partner_id",
            [customer, day, settings.COMPANY_CURRENCY],
        )
        return [Partner(*row) for row in cursor.fetchall()]
