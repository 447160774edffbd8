"""Months as numbers, so that windows are comparisons of integers. Pure Python."""

import datetime as dt


def month_number(day: dt.date) -> int:
    """year * 12 + month - 1; the SQL function shipments_month says the same."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> dt.date:
    """The first day of the month with this number."""
    return dt.date(month // 12, month % 12 + 1, 1)
