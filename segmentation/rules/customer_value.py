"""What customers will bring (C8, C13): when a model may be used, contract customers, retention.

Customers without a contract are told by `segmentation.rules.lifetimes`. All customers:
sql/customer_values.sql.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.rules import ZERO, rate

AHEAD_WEEKS = 52
_LONGEST_HOLDOUT = 13
_YEAR = 365
# Nobody's contract is taken for eternal or for over already, whatever few others did.
LEAST_RETENTION, MOST_RETENTION = Decimal("0.01"), Decimal("0.99")


@dataclass(frozen=True, slots=True)
class ValueRules:
    """When a model of C8 is believed, and what money of next year is worth today."""

    least_customers: int = 200  # that came back
    least_weeks: int = 26
    most_off: Decimal = Decimal("0.20")  # of the active weeks of the hold-out
    least_contracts: int = 50  # with fewer the retention of all customers is theirs
    discount: Decimal = Decimal("0.10")  # a year


@dataclass(frozen=True, slots=True)
class Retention:
    """Sums of C13: customers with a waybill in the 12 months to a year ago, and what they became.

    `then_revenue` and `revenue` are theirs in those and in the last 12 months; `capped` counts
    each for no more than then. `stayed` have a waybill in the last 12 months.
    """

    then: int = 0
    stayed: int = 0
    then_revenue: Decimal = ZERO
    revenue: Decimal = ZERO
    capped: Decimal = ZERO

    @property
    def customers(self) -> Decimal | None:
        """The share that stayed; null when there was nobody."""
        return rate(self.stayed, self.then)

    @property
    def churn(self) -> Decimal | None:
        """The share that did not."""
        kept = self.customers
        return None if kept is None else 1 - kept

    @property
    def net(self) -> Decimal | None:
        """Their revenue now / then."""
        return rate(self.revenue, self.then_revenue)

    @property
    def gross(self) -> Decimal | None:
        """The same without what those who stayed bring more."""
        return rate(self.capped, self.then_revenue)


def retention(revenues: Sequence[tuple[Decimal, Decimal | None]]) -> Retention:
    """C13 of customers with a waybill then: revenue then, and now (None: no waybill since)."""
    now = [(then, ZERO if later is None else later) for then, later in revenues]
    return Retention(
        len(revenues),
        sum(later is not None for _then, later in revenues),
        sum((then for then, _later in now), ZERO),
        sum((later for _then, later in now), ZERO),
        sum((min(pair) for pair in now), ZERO),
    )


def holdout_weeks(weeks: int) -> int:
    """How many of the last weeks a model has to foretell before it is believed."""
    return min(_LONGEST_HOLDOUT, weeks // 4)


def is_off(expected: float, actual: int, rules: ValueRules) -> bool:
    """Whether a model that foretold so many active weeks is too wrong to be used."""
    return not abs(expected - actual) <= float(rules.most_off) * actual


def is_due(day: date, before: date | None) -> bool:
    """Whether a night fits: when the last that did before it was in another month, if any did."""
    return before is None or (before.year, before.month) != (day.year, day.month)


def retention_used(of_contracts: Retention, of_all: Retention, rules: ValueRules) -> Decimal | None:
    """The r of contract customers, within limits; null when nobody shipped a year ago."""
    enough = of_contracts.then >= rules.least_contracts
    found = (of_contracts if enough else of_all).customers
    return None if found is None else min(max(found, LEAST_RETENTION), MOST_RETENTION)


def alive_in_silence(
    silent_days: int, usual_days: int, yearly_retention: float, *, in_season: bool = True
) -> float:
    """The probability that a contract customer who is silent is still one.

    Two hazards race: leaving (mu = -ln r a year) and the next shipment, which comes within
    `usual_days` nine times of ten (lambda = ln 10 / usual_days). Schmittlein, Morrison and Colombo,
    Counting Your Customers (Management Science 33, 1987), P(alive) for known lambda and mu.
    Out of its season (C9) nothing is expected of a customer, and silence tells nothing.
    """
    leaving = -math.log(yearly_retention) / _YEAR
    both = leaving + (math.log(10) / usual_days if in_season else 0)
    return 1 / (1 + leaving / both * math.expm1(min(both * silent_days, 700.0)))


def ships_again(
    alive: float, usual_days: int, yearly_retention: float, days: int, *, in_season: bool = True
) -> float:
    """The probability that a contract customer ships within so many days.

    It has to be one still, and of the two hazards of `alive_in_silence` the shipment has to come
    first, and in time: alive x lambda / (lambda + mu) x (1 - e^-(lambda + mu) days).
    """
    leaving = -math.log(yearly_retention) / _YEAR
    shipping = math.log(10) / usual_days if in_season else 0
    both = leaving + shipping
    return alive * shipping / both * -math.expm1(-both * days)


def contract_value(
    yearly: Decimal, alive: Decimal, retained: Decimal, discount: Decimal
) -> tuple[Decimal, Decimal]:
    """What a contract customer will bring: in the next 12 months, and for good.

    Gupta and Lehmann, Customers as Assets (Journal of Interactive Marketing 17, 2003): with the
    same value each year, the share r staying and money worth d less a year later, the whole is
    m x r / (1 + d - r): the sum of m x (r / (1 + d))^k, whose first addend is the next year.
    """
    known = yearly * alive
    return known * retained / (1 + discount), known * retained / (1 + discount - retained)
