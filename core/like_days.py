"""A day's like in another year: the same day of the feast, not of the calendar. Pure Python.

Spring Festival moves by four weeks, so January of one year is compared with another January and
February only day by day: 21 days to either side of the New Year with the same distance to it, and
the other days of the winter in their order. In autumn the break of National Day keeps together,
also when Mid-Autumn joins it. All other days, 11.11 among them, keep their date.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from core.feasts import autumn_break, days_between, new_year
from core.rules import Window

_DAY = timedelta(days=1)
_AROUND_NEW_YEAR = 21
_AUTUMN_LENGTH = 8
Stretch = tuple[list[date], list[date]]  # the feast's days and the others, each in their order


def like_day(day: date, year: int) -> date:
    """The day of `year` to compare `day` with; one to one but for a leap day."""
    return _likes(day, year)[0]


def like_days(window: Window, years: int = -1) -> list[date]:
    """The days to compare a window with, so many years later (earlier: negative), sorted."""
    days = days_between(window.after, window.until)
    return sorted({like for day in days for like in _likes(day, day.year + years)})


def like_spans(window: Window, years: int = -1) -> list[Window]:
    """The same as windows, each without a gap; outside winter and autumn it is one."""
    spans: list[Window] = []
    for day in like_days(window, years):
        if spans and spans[-1].until + _DAY == day:
            spans[-1] = Window(spans[-1].after, day)
        else:
            spans.append(Window(day - _DAY, day))
    return spans


def whole_months(days: Iterable[date]) -> tuple[list[date], list[date]]:
    """First days of the months that lie wholly in `days`, and the days that are left."""
    kept = set(days)
    firsts = {day.replace(day=1) for day in kept}
    whole = {first for first in firsts if kept.issuperset(_month(first))}
    return sorted(whole), sorted(day for day in kept if day.replace(day=1) not in whole)


def _likes(day: date, year: int) -> list[date]:
    """The like of a day; with the last of a stretch goes what the other year's has more."""
    for stretch in (_winter, _autumn):
        for days, likes in zip(stretch(day.year), stretch(year), strict=True):
            if day == days[-1]:
                return likes[len(days) - 1 :] or likes[-1:]
            if day in days:
                return [likes[min(days.index(day), len(likes) - 1)]]
    return [day.replace(year=year)]


@cache
def _winter(year: int) -> Stretch:
    """1 January to 20 March; no feast of the tables reaches beyond."""
    first = new_year(year) - _AROUND_NEW_YEAR * _DAY
    return _split(date(year, 1, 1), date(year, 3, 20), first, 2 * _AROUND_NEW_YEAR + 1)


@cache
def _autumn(year: int) -> Stretch:
    """21 September to 15 October; the break counts eight days in every year."""
    return _split(date(year, 9, 21), date(year, 10, 15), autumn_break(year)[0], _AUTUMN_LENGTH)


def _split(first: date, last: date, feast: date, length: int) -> Stretch:
    days = list(days_between(first - _DAY, last))
    until = feast + length * _DAY
    inside = [day for day in days if feast <= day < until]
    return inside, [day for day in days if not feast <= day < until]


def _month(first: date) -> list[date]:
    following = (first + 31 * _DAY).replace(day=1)
    return list(days_between(first - _DAY, following - _DAY))
