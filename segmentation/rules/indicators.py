"""The indicators of C0 from the counts and amounts that are stored."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.rules import rate


def growth(now: Decimal, before: Decimal) -> Decimal | None:
    """(now - before) / before as a fraction; null when there was nothing before (<= 0)."""
    return (now - before) / before if before > 0 else None


def margin(revenue: Decimal, cost: Decimal | None) -> Decimal | None:
    """Revenue less cost; null while the cost is unknown."""
    return None if cost is None else revenue - cost


@dataclass(frozen=True, slots=True)
class Indicators:
    """One customer's 12 months as stored; the rates are fractions, unrounded, null without cases.

    `promised` were delivered with a promise, `on_time` of them in time. `due` fell due and
    `collected` of it came in. `paid` was paid up, `paid_days_late` is it times its days late.
    """

    shipments_12m: int
    revenue_12m: Decimal
    cost_12m: Decimal | None
    margin_12m: Decimal | None
    revenue_prev_12m: Decimal
    promised: int
    on_time: int
    exceptions: int
    last_accepted_on: date | None
    due: Decimal | None
    collected: Decimal | None
    paid: Decimal | None
    paid_days_late: Decimal | None

    @property
    def revenue_growth(self) -> Decimal | None:
        """Against the 12 months before."""
        return growth(self.revenue_12m, self.revenue_prev_12m)

    @property
    def on_time_rate(self) -> Decimal | None:
        """Of the waybills delivered with a promise."""
        return rate(self.on_time, self.promised)

    @property
    def exception_rate(self) -> Decimal | None:
        """Of all waybills."""
        return rate(self.exceptions, self.shipments_12m)

    @property
    def collection_rate(self) -> Decimal | None:
        """The due collection rate (B5); null when nothing was due (<= 0)."""
        return rate(self.collected, self.due) if self.due is not None and self.due > 0 else None

    @property
    def mean_days_late(self) -> Decimal | None:
        """Amount-weighted, in days."""
        return rate(self.paid_days_late, self.paid)
