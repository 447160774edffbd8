"""Comparisons over the windows of C0."""

from decimal import Decimal


def growth(now: Decimal, before: Decimal) -> Decimal | None:
    """(now - before) / before as a fraction; null when there was nothing before (<= 0)."""
    return (now - before) / before if before > 0 else None


def margin(revenue: Decimal, cost: Decimal | None) -> Decimal | None:
    """Revenue less cost; null while the cost is unknown."""
    return None if cost is None else revenue - cost
