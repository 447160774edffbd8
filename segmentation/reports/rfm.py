"""How lately, how often and for how much a customer ships (C7), in figures and one sentence."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.formats import money_full
from segmentation.models import RfmCuts
from segmentation.rules import rfm as rules


@dataclass(frozen=True, slots=True)
class Rfm:
    """A customer as of a night; the scores are held against the cuts of its quarter."""

    days: int
    weeks: int
    revenue: Decimal
    cuts: RfmCuts

    @property
    def scores(self) -> tuple[int, int, int]:
        """Recency, frequency and money, 0 to 5 each."""
        return (
            rules.recency(self.days),
            rules.score(self.weeks, self.cuts.frequency),
            rules.score(self.revenue, self.cuts.money),
        )

    @property
    def sentence(self) -> str:
        """The facts behind the scores."""
        last = ngettext("Last shipped {n} day ago", "Last shipped {n} days ago", self.days).format(
            n=self.days
        )
        if self.days == 0:
            last = _("Shipped on that day")
        return _("{last}, in {weeks} of {all} weeks, for {revenue} in 12 months.").format(
            last=last,
            weeks=self.weeks,
            all=rules.WEEKS,
            revenue=money_full(self.revenue, settings.COMPANY_CURRENCY),
        )


def rfm_of(day: dt.date, last: dt.date | None, weeks: int | None, revenue: Decimal) -> Rfm | None:
    """Of a customer that shipped; None for others, and before the first night that made cuts."""
    if last is None:
        return None
    cuts = RfmCuts.objects.filter(quarter=rules.quarter(day)).first()
    return Rfm((day - last).days, weeks or 0, revenue, cuts) if cuts else None
