"""When a customer is to be sought again. Pure Python."""

from datetime import date

from core.work_calendar import WorkCalendar

_DAYS = {"large": 7, "risk": 7, "medium": 14, "potential": 14}
_PROSPECT, _OTHER = 7, 30


def follow_up_interval(tier: str, *, is_prospect: bool) -> int:
    """Days until the next follow-up, unless somebody chooses another one."""
    return _PROSPECT if is_prospect else _DAYS.get(tier, _OTHER)


def follow_up_day(today: date, days: int, calendar: WorkCalendar) -> date:
    """So many days later, or the first workday after that; never today."""
    later = date.fromordinal(today.toordinal() + max(days, 1))
    return calendar.next_workday(later)
