"""The two great breaks of Chinese business, Spring Festival and National Day. Pure Python.

Their dates by law come with a yearly notice (`core.work_calendar`); these here are known for all
years, and they say when customers rest, which is longer than offices do.
"""

from collections.abc import Iterator
from datetime import date, timedelta

_DAY = timedelta(days=1)
_FIRST_YEAR = 2000
# Lunar New Year and Mid-Autumn of the years from 2000, month and day as one number.
_NEW_YEARS = (
    *(205, 124, 212, 201, 122, 209, 129, 218, 207, 126, 214, 203, 123, 210, 131, 219, 208),
    *(128, 216, 205, 125, 212, 201, 122, 210, 129, 217, 206, 126, 213, 203, 123, 211, 131),
    *(219, 208, 128, 215, 204, 124, 212, 201, 122, 210, 130, 217, 206, 126, 214, 202, 123),
)
_MID_AUTUMNS = (
    *(912, 1001, 921, 911, 928, 918, 1006, 925, 914, 1003, 922, 912, 930, 919, 908, 927, 915),
    *(1004, 924, 913, 1001, 921, 910, 929, 917, 1006, 925, 915, 1003, 922, 912, 1001, 919, 908),
    *(927, 916, 1004, 924, 913, 1002, 920, 910, 928, 917, 1005, 925, 915, 1004, 922, 911, 930),
)
_USUAL_NEW_YEAR, _USUAL_MID_AUTUMN = 205, 920  # of years beyond the tables
_BEFORE_NEW_YEAR, _AFTER_NEW_YEAR = 7, 14  # from the Little New Year to the Lantern Festival
_JOINED_FROM = (9, 29)  # a Mid-Autumn from then on makes one break with National Day


def new_year(year: int) -> date:
    """The first day of the lunar year that begins in `year`; 5 February where it is not known."""
    return _known(_NEW_YEARS, year, _USUAL_NEW_YEAR)


def mid_autumn(year: int) -> date:
    """The fifteenth of the eighth month; 20 September where it is not known."""
    return _known(_MID_AUTUMNS, year, _USUAL_MID_AUTUMN)


def autumn_break(year: int) -> tuple[date, date]:
    """National Day's first and last day of seven, of eight where Mid-Autumn touches them."""
    first, moon = date(year, 10, 1), mid_autumn(year)
    if not date(year, *_JOINED_FROM) <= moon <= date(year, 10, 8):
        return first, first + 6 * _DAY
    return min(first, moon), min(first, moon) + 7 * _DAY


def spring_break(year: int) -> tuple[date, date]:
    """First and last day on which business rests around the lunar New Year."""
    middle = new_year(year)
    return middle - _BEFORE_NEW_YEAR * _DAY, middle + _AFTER_NEW_YEAR * _DAY


def is_spring_break(day: date) -> bool:
    """Whether business rests for the lunar New Year on that day."""
    first, last = spring_break(day.year)
    return first <= day <= last


def is_feast(day: date) -> bool:
    """Whether it lies in one of the two breaks: silence then says nothing about a customer."""
    first, last = autumn_break(day.year)
    return is_spring_break(day) or first <= day <= last


def days_between(after: date, until: date) -> Iterator[date]:
    """The days after one day up to and including another."""
    for number in range(1, (until - after).days + 1):
        yield after + number * _DAY


def _known(table: tuple[int, ...], year: int, usual: int) -> date:
    place = year - _FIRST_YEAR
    month, day = divmod(table[place] if 0 <= place < len(table) else usual, 100)
    return date(year, month, day)
