"""How lately, how often and for how much a customer ships (C7), each from 0 or 1 to 5. Pure."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from math import ceil

DAYS = (7, 14, 30, 60)  # since the last shipment: up to the first 5, beyond the last 1
MARKS = (0.2, 0.4, 0.6, 0.8)  # of active customers, where frequency and money are cut
WEEKS = 52  # frequency is the active ones among them

Number = int | Decimal


def recency(days: int | None) -> int:
    """5 down to 1 by the days since the last shipment; 0 for who never shipped."""
    if days is None:
        return 0
    return 5 - sum(days > limit for limit in DAYS)


def cuts(values: Sequence[Number]) -> tuple[Number, ...]:
    """Where values are cut: the one at each mark among those above 0; none where there are none."""
    active = sorted(value for value in values if value > 0)
    if not active:
        return ()
    return tuple(active[ceil(mark * len(active)) - 1] for mark in MARKS)


def score(value: Number | None, found: Sequence[Number]) -> int:
    """0 for nothing, else 1 and as many as there are cuts strictly below."""
    if value is None or value <= 0:
        return 0
    return 1 + sum(cut < value for cut in found)


def quarter(day: dt.date) -> dt.date:
    """The first day of the quarter: cuts stay the same until the next one."""
    return dt.date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
