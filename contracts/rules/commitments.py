"""Service levels of a contract: which month is judged, and how. Pure Python."""

from datetime import date, timedelta
from decimal import Decimal


def last_month(day: date) -> int:
    """The last month that is over at the end of `day`, as year x 12 + month - 1."""
    after = day + timedelta(1)
    return after.year * 12 + after.month - 2


def is_met(measure: str, agreed: Decimal, value: Decimal | None) -> bool | None:
    """Whether what was measured is as agreed; null where nothing was. On time: at least; else most.

    The night does the same for all of them (measure_commitments.sql).
    """
    if value is None:
        return None
    return value >= agreed if measure == "on_time" else value <= agreed
