"""The key figures above every section of a customer's page, as of the published night."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from contracts.reports import AgeingRow, customer_ageing
from core.models import Version
from core.rules import rate
from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can
from segmentation.reports import NOTHING_DECIDED, Decided, HeaderFigures, header_figures
from surveys.rules.small_cells import FEW, TOO_FEW
from workspace.credit.standing import Standing, use_tone
from workspace.file.owners import Owner
from workspace.file.satisfaction import Satisfaction, Shown, satisfaction
from workspace.file.state import State


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the sections; `figures` None before the customer's first night."""

    day: date  # receivables as at its end: that of the published night, before the first today
    figures: HeaderFigures | None
    ageing: list[AgeingRow]  # one a currency
    owners: list[Owner]
    satisfaction: Satisfaction
    state: State
    standing: Standing | None = None  # None also for who may not see it
    limit: Decimal | None = None  # that counts, own or the group's; likewise
    shows_margin: bool = False
    decided: Decided = NOTHING_DECIDED  # by people, over what the night computes

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
    def owed(self) -> AgeingRow | None:
        """What is owed in the company's currency, which is that of the limit."""
        own = (row for row in self.ageing if row.currency == settings.COMPANY_CURRENCY)
        return next(own, None)

    @property
    def owed_elsewhere(self) -> list[AgeingRow]:
        """What is owed in other currencies."""
        return [row for row in self.ageing if row.currency != settings.COMPANY_CURRENCY]

    @property
    def use_of_limit(self) -> Decimal | None:
        """How much of it is used, as credit is judged (B10); None without a limit."""
        return self.standing.used if self.standing else None

    @property
    def limit_tone(self) -> str:
        """From quiet over nearly used to exceeded."""
        if self.standing is None or self.standing.used is None:
            return "accent"
        return use_tone(self.standing.used, self.standing.reasons)

    @property
    def margin_rate(self) -> Decimal | None:
        """Of the 12 months, for who may see it; None while a cost is unknown."""
        if self.figures is None or not self.shows_margin:
            return None
        indicators = self.figures.indicators
        return rate(indicators.margin_12m, indicators.revenue_12m)

    @property
    def nps(self) -> Shown | None:
        """Recommendation of the customer's people in 12 months; None when nobody was asked."""
        return self.satisfaction.nps

    @property
    def _promised(self) -> int:
        return self.figures.indicators.promised if self.figures else 0


def header(  # what the page has read already
    user: User,
    customer: Customer,
    state: State,
    owners: list[Owner],
    standing: Standing | None,
    decided: Decided,
) -> Header:
    """The figures of one customer the person may see."""
    figures = header_figures(user, customer, decided)
    day = figures.as_of if figures else _published_day()
    return Header(
        day,
        figures,
        customer_ageing(customer, day),
        owners,
        satisfaction(user, customer, day),
        state,
        standing=standing,
        limit=_limit(user, customer, standing),
        shows_margin=can(user, Action.VIEW_MARGIN),
        decided=decided,
    )


def _limit(user: User, customer: Customer, standing: Standing | None) -> Decimal | None:
    """As credit is judged by; its own where nothing was ever judged."""
    if standing is not None:
        return standing.limit
    return customer.credit_limit if can(user, Action.VIEW_CREDIT) else None


def _published_day() -> date:
    """The day of the night everyone reads, for a customer it does not know yet."""
    version = Version.objects.current()
    return version.business_date if version else timezone.localdate()
