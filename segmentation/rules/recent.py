"""The short windows of 02 §6.4: three months against the three before and the same a year ago."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.like_days import like_days, whole_months
from core.rules import Window, add_months
from shipments.rules import month_number

MONTHS = 3


@dataclass(frozen=True, slots=True)
class RecentWindows:
    """The windows as of a day, cut like the 12 months of C0; `month` begins with the calendar."""

    now: Window
    before: Window
    year_ago: Window
    month: Window
    month_year_ago: Window

    @property
    def cut_months(self) -> list[int]:
        """Numbers of the months in which a window of three months begins or ends midway."""
        windows = (self.now, self.before, self.year_ago)
        days = {day for window in windows for day in (window.after, window.until)}
        return sorted(month_number(day) for day in days if not _is_last_of_month(day))

    @property
    def like_days(self) -> tuple[list[int], list[date]]:
        """The days a year ago that are like those of `now`: months' numbers, and single days."""
        whole, days = whole_months(like_days(self.now))
        return [month_number(first) for first in whole], days


def recent_windows(day: date) -> RecentWindows:
    """The windows that end with `day`, before them, and on the same day a year ago."""
    now = _three_months(day)
    last_year = add_months(day, -12)
    return RecentWindows(
        now=now,
        before=_three_months(now.after),
        year_ago=_three_months(last_year),
        month=_month_to(day),
        month_year_ago=_month_to(last_year),
    )


def _three_months(until: date) -> Window:
    return Window(add_months(until, -MONTHS), until)


def _month_to(day: date) -> Window:
    """From the first of its month to the day."""
    return Window(day - timedelta(days=day.day), day)


def _is_last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1
