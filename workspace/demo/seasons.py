"""How busy a day is: the week, Spring Festival, the other holidays, 18 June and 11 November."""

import datetime as dt

from core.feasts import new_year

DAY = dt.timedelta(days=1)
_WEEK = (1.02, 1.05, 1.04, 1.03, 1.0, 0.68, 0.42)  # Monday first
# Days from New Year's Day of the lunar calendar until before the next mark -> how busy.
_FESTIVAL = ((-14, 1.18), (-5, 0.7), (-2, 0.28), (0, 0.06), (6, 0.35), (10, 0.7), (16, 1.0))
# First and last day of the year, how busy.
_DATES = (
    ((5, 1), (5, 3), 0.5),
    ((6, 14), (6, 21), 1.3),
    ((10, 1), (10, 6), 0.4),
    ((11, 8), (11, 10), 1.25),
    ((11, 11), (11, 14), 1.9),
    ((11, 15), (11, 19), 1.4),
    ((12, 11), (12, 15), 1.15),
)
_QUIET_MONTHS = {2: 0.93, 3: 0.97, 7: 0.95, 8: 0.96, 12: 1.05}


def busy(day: dt.date) -> float:
    """How many waybills the day brings, against an ordinary workday."""
    factor = _WEEK[day.weekday()] * _QUIET_MONTHS.get(day.month, 1.0) * _festival(day)
    for first, last, times in _DATES:
        if first <= (day.month, day.day) <= last:
            factor *= times
    return factor


def strained(day: dt.date) -> float:
    """How much likelier than usual a delivery of that day's waybills is late: 1 is usual."""
    if busy(day) > 1.5 or _festival(day) < 0.5:
        return 2.6
    return 1.5 if _festival(day) > 1 else 1.0


def workday(day: dt.date) -> dt.date:
    """The day itself, or the Monday after the weekend."""
    return day + (7 - day.weekday()) * DAY if day.weekday() > 4 else day


def _festival(day: dt.date) -> float:
    distance = (day - new_year(day.year)).days
    if _FESTIVAL[0][0] <= distance <= _FESTIVAL[-1][0]:
        return [times for mark, times in _FESTIVAL if mark <= distance][-1]
    return 1.0
