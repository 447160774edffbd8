"""The key figures above every section of a customer's page, as of the published night."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.models import Ageing
from core.models import Version
from core.rules import rate
from customers.models import Customer
from organization.models import User
from segmentation.models import Figures
from segmentation.rules.indicators import growth

FEW = 30  # below, a share is marked as resting on few cases
TOO_FEW = 5  # below, it is not shown


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction and how many cases it rests on."""

    value: Decimal | None
    cases: int

    @property
    def is_hidden(self) -> bool:
        """Too few cases to say anything."""
        return self.cases < TOO_FEW

    @property
    def is_weak(self) -> bool:
        """Few cases: to be taken with care."""
        return TOO_FEW <= self.cases < FEW


@dataclass(frozen=True, slots=True)
class Header:
    """Key figures; None where nothing is known yet. Money in the company's currency."""

    as_of: date | None
    revenue: Decimal | None
    growth: Decimal | None
    shipments: int | None
    on_time: Share | None
    last_shipment: date | None
    collection_rate: Decimal | None
    ageing: list[Ageing]  # one a currency

    @property
    def overdue(self) -> list[Ageing]:
        """The currencies in which something is overdue."""
        return [row for row in self.ageing if row.overdue > 0]

    @property
    def days_late(self) -> int | None:
        """Days since the oldest open due date; None when nothing is overdue."""
        oldest = [row.oldest_due_on for row in self.overdue if row.oldest_due_on]
        return (self.as_of - min(oldest)).days if oldest and self.as_of else None


def header(user: User, customer: Customer) -> Header:
    """What the last published night says about one customer."""
    version = Version.objects.current()
    figures = Figures.objects.visible_to(user).filter(version=version, customer=customer).first()
    ageing = Ageing.objects.visible_to(user).filter(version=version, customer=customer)
    as_of = version.business_date if version else None
    rows = list(ageing.order_by("currency"))
    if figures is None:
        return Header(as_of, None, None, None, None, None, None, rows)
    return Header(
        as_of=as_of,
        revenue=figures.revenue_12m,
        growth=growth(figures.revenue_12m, figures.revenue_prev_12m),
        shipments=figures.shipments_12m,
        on_time=Share(rate(figures.on_time, figures.promised), figures.promised),
        last_shipment=figures.last_accepted_on,
        collection_rate=rate(figures.collected, figures.due),
        ageing=rows,
    )
