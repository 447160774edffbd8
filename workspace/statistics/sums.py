"""What a part of the shipments comes to: in the period, in the one compared, and who stayed."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from core.rules import ZERO, rate


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over customers; counts of all waybills, money of those in one currency.

    `*_before` are of the compared period. `then_*` and `stayed_*` are C13's, of the 12 months to a
    year before the period's end and to its end.
    """

    customers: int = 0
    shipments: int = 0
    weight_kg: Decimal = Decimal("0.000")
    revenue: Decimal = ZERO
    cost: Decimal = ZERO
    uncosted: int = 0
    promised: int = 0
    on_time: int = 0
    exceptions: int = 0
    shipments_before: int = 0
    revenue_before: Decimal = ZERO
    cost_before: Decimal = ZERO
    uncosted_before: int = 0
    then_customers: int = 0
    then_revenue: Decimal = ZERO
    stayed_customers: int = 0
    stayed_revenue: Decimal = ZERO
    stayed_capped: Decimal = ZERO

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(mine + theirs for mine, theirs in self._beside(other)))

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(*(mine - theirs for mine, theirs in self._beside(other)))

    def _beside(self, other: "Sums") -> Iterator[tuple[Any, Any]]:
        for field in fields(self):
            yield getattr(self, field.name), getattr(other, field.name)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was sent in either period."""
        return not (self.shipments or self.shipments_before)

    @property
    def margin(self) -> Decimal | None:
        """Revenue - cost; null while a cost is unknown."""
        return None if self.uncosted else self.revenue - self.cost

    @property
    def margin_rate(self) -> Decimal | None:
        """Of the revenue."""
        return rate(self.margin, self.revenue)

    @property
    def margin_before(self) -> Decimal | None:
        """Of the compared period; null while a cost is unknown."""
        return None if self.uncosted_before else self.revenue_before - self.cost_before

    @property
    def growth(self) -> Decimal | None:
        """Of revenue; null when there was none before (C0)."""
        return growth(self.revenue, self.revenue_before)

    @property
    def shipments_growth(self) -> Decimal | None:
        """Of the number of waybills."""
        return growth(self.shipments, self.shipments_before)

    @property
    def margin_growth(self) -> Decimal | None:
        """Of the margin; null when there was none before, or either is unknown."""
        return growth(self.margin, self.margin_before)

    @property
    def on_time_rate(self) -> Decimal | None:
        """Of what was delivered with a promise."""
        return rate(self.on_time, self.promised)

    @property
    def exception_rate(self) -> Decimal | None:
        """Of all waybills."""
        return rate(self.exceptions, self.shipments)

    @property
    def kept_rate(self) -> Decimal | None:
        """Of those who sent then, how many send now (C13)."""
        return rate(self.stayed_customers, self.then_customers)

    @property
    def churn_rate(self) -> Decimal | None:
        """The others."""
        kept = self.kept_rate
        return None if kept is None else 1 - kept

    @property
    def net_rate(self) -> Decimal | None:
        """What those who sent then bring now, of what they brought."""
        return rate(self.stayed_revenue, self.then_revenue)

    @property
    def gross_rate(self) -> Decimal | None:
        """The same with each customer counted for no more than then."""
        return rate(self.stayed_capped, self.then_revenue)


def growth(now: Decimal | int | None, before: Decimal | int | None) -> Decimal | None:
    """(now - before) / before; null when either is unknown or nothing was before (C0)."""
    if now is None or before is None or before <= 0:
        return None
    return rate(now - before, before)
