"""Where a customer stands in its life with us (C0)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from segmentation.rules.indicators import growth

NEW_DAYS = 90
CHANGE = Decimal("0.20")


@dataclass(frozen=True, slots=True)
class LifeFacts:
    """What it follows from; `first_on` null: older than the rhythm looks back."""

    rhythm: str  # "" who never shipped
    status: str
    first_on: date | None
    revenue: Decimal
    revenue_before: Decimal


def lifecycle(facts: LifeFacts, day: date) -> str:
    """lost, dormant, new, declining, growing or mature, the first that applies.

    "" for who never shipped and is not given up.
    """
    if facts.rhythm == "lost" or facts.status == "lost":
        return "lost"
    if facts.rhythm == "":
        return ""
    if facts.rhythm == "dormant":
        return "dormant"
    if facts.first_on is not None and (day - facts.first_on).days < NEW_DAYS:
        return "new"
    grown = growth(facts.revenue, facts.revenue_before)
    if grown is None or -CHANGE < grown < CHANGE:
        return "mature"
    return "growing" if grown > 0 else "declining"
