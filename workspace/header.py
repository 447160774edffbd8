"""The key figures above every section of a customer's page, as of the published night."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from contracts.reports import AgeingRow, customer_ageing
from core.models import Version
from customers.models import Customer
from segmentation.reports import HeaderFigures, header_figures

FEW = 30  # below, a share is marked as resting on few cases
TOO_FEW = 5  # below, it is not shown


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the sections; `figures` None before the customer's first night."""

    day: date  # receivables as at its end: that of the published night, before the first today
    figures: HeaderFigures | None
    ageing: list[AgeingRow]  # one a currency

    @property
    def overdue(self) -> list[AgeingRow]:
        """The currencies in which something is overdue."""
        return [row for row in self.ageing if row.overdue > 0]

    @property
    def days_late(self) -> int | None:
        """Days since the oldest open due date; None when nothing is overdue."""
        oldest = [row.oldest_due_on for row in self.overdue if row.oldest_due_on]
        return (self.day - min(oldest)).days if oldest else None

    @property
    def on_time_rate(self) -> Decimal | None:
        """Share on time; None where too few cases say nothing."""
        if self.figures is None or self.figures.indicators.promised < TOO_FEW:
            return None
        return self.figures.indicators.on_time_rate

    @property
    def is_on_time_weak(self) -> bool:
        """Whether the share on time rests on few cases."""
        return self.on_time_rate is not None and self._promised < FEW

    @property
    def _promised(self) -> int:
        return self.figures.indicators.promised if self.figures else 0


def header(customer: Customer) -> Header:
    """The figures of one customer the person may see."""
    version = Version.objects.current()
    day = version.business_date if version else timezone.localdate()
    return Header(day, header_figures(customer), customer_ageing(customer, day))
