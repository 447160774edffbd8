"""In which order people work off their alerts: money x lateness x risk x tier (02 §4.6, §8.5;
factors are ours). The risk of a payment are the promises its customer has broken within a year.

Amounts of other currencies rank by their number: an order needs no exchange rate, a sum would.
"""

from decimal import ROUND_FLOOR, Decimal

_TIER = {"large": 150, "risk": 150, "medium": 120, "potential": 110}
_SEVERITY = {"low": 50, "medium": 100, "high": 150, "critical": 200}
BEFORE_DUE = 50
PER_DAY_LATE = 3
MOST_DAYS = 100
PER_BROKEN = 25  # per cent for each promise broken, or kept in part
MOST_BROKEN = 2


def lateness(kind: str, severity: str, days: int) -> int:
    """Per cent: of payments by the days since they were due, of others by how loud they are."""
    if kind != "payment_due":
        return _SEVERITY[severity]
    return BEFORE_DUE if days < 0 else 100 + PER_DAY_LATE * min(days, MOST_DAYS)


def value(tier: str) -> int:
    """Per cent: what the customer is worth to us."""
    return _TIER.get(tier, 100)


def risk(kind: str, broken: int) -> int:
    """Per cent: of payments, by the promises broken within a year."""
    return 100 + PER_BROKEN * min(broken, MOST_BROKEN) if kind == "payment_due" else 100


def urgency(  # the factors
    kind: str, severity: str, *, amount: Decimal, days: int, tier: str, broken: int = 0
) -> int:
    """The place in the queue, higher first. `amount` is what is owed, lost, or at stake."""
    factors = lateness(kind, severity, days) * value(tier) * risk(kind, broken)
    weighted = amount * factors / 1_000_000
    return int(weighted.to_integral_value(ROUND_FLOOR))
