"""When a customer is to be sought again. Pure Python."""

from datetime import date

from core.work_calendar import WorkCalendar


def follow_up_day(today: date, days: int, calendar: WorkCalendar) -> date:
    """So many days later, or the first workday after that; never today."""
    later = date.fromordinal(today.toordinal() + max(days, 1))
    return calendar.next_workday(later)
