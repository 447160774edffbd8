"""The work calendar as it stands; who heads a unit."""

from functools import cache
from typing import Any

import chinese_calendar
from django.conf import settings
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Length

from core.work_calendar import WorkCalendar
from organization.models import CalendarDay, OrgUnit, User


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


def heads_above(unit: OrgUnit) -> QuerySet[User]:
    """The active unit managers of the unit and of those above it, the nearest first."""
    above = [int(part) for part in unit.path.split("/") if part]
    heads = User.objects.filter(org_unit__in=above, role=User.Role.UNIT_MANAGER, is_active=True)
    return heads.order_by(Length("org_unit__path").desc(), "pk")
