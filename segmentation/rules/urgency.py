"""In which order people work off their alerts: money x lateness x tier (02 §8.5; factors are ours).

Amounts of other currencies rank by their number: an order needs no exchange rate, a sum would.
"""

from decimal import ROUND_FLOOR, Decimal

_TIER = {"large": 150, "risk": 150, "medium": 120, "potential": 110}
_SEVERITY = {"low": 50, "medium": 100, "high": 150, "critical": 200}
BEFORE_DUE = 50
PER_DAY_LATE = 3
MOST_DAYS = 100


def lateness(kind: str, severity: str, days: int) -> int:
    """Per cent: of payments by the days since they were due, of others by how loud they are."""
    if kind != "payment_due":
        return _SEVERITY[severity]
    return BEFORE_DUE if days < 0 else 100 + PER_DAY_LATE * min(days, MOST_DAYS)


def urgency(kind: str, severity: str, *, amount: Decimal, days: int, tier: str) -> int:
    """The place in the queue, higher first. `amount` is what is owed, lost, or at stake."""
    weighted = amount * lateness(kind, severity, days) * _TIER.get(tier, 100) / 10_000
    return int(weighted.to_integral_value(ROUND_FLOOR))
