"""The work calendar as it stands: what the country publishes, and the days entered here."""

from functools import cache
from typing import Any

import chinese_calendar
from django.conf import settings
from django.db.models import Count, Max

from core.work_calendar import WorkCalendar
from organization.models import CalendarDay


def work_calendar() -> WorkCalendar:
    """The company's calendar; one small query asks whether the days entered have changed."""
    state = CalendarDay.objects.aggregate(number=Count("pk"), changed=Max("changed_at"))
    key = (state["number"], state["changed"])
    if _kept.get("key") != key:
        _kept.update(key=key, calendar=_read())
    calendar: WorkCalendar = _kept["calendar"]
    return calendar


_kept: dict[str, Any] = {}  # of this process


def _read() -> WorkCalendar:
    exceptions, years = _published()
    own = list(CalendarDay.objects.values_list("day", "is_workday", "is_official"))
    return WorkCalendar(
        exceptions=exceptions | {day: is_workday for day, is_workday, _official in own},
        official=years | {day.year for day, _is_workday, is_official in own if is_official},
        hours=settings.WORKING_HOURS,
    )


@cache
def _published() -> tuple[dict[Any, bool], frozenset[int]]:
    """Holidays and make-up days of the years that the library knows, and those years."""
    days = dict.fromkeys(chinese_calendar.holidays, False)
    days |= dict.fromkeys(chinese_calendar.workdays, True)
    return days, frozenset(day.year for day in days)
