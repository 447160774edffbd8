"""By when a complaint is answered and solved (02 §8.4). Pure Python.

By the size of the customer, not its tier: a large one at risk waits no longer than a large one.
"""

import datetime as dt
from typing import NamedTuple

from core.work_calendar import WorkCalendar

_ANSWER_HOURS = {"large": 2, "medium": 4}
_SOLUTION_DAYS = {"large": 1, "medium": 2}
_OTHER_HOURS, _OTHER_DAYS = 8, 3
STAGES = ("answer", "solution")  # of a late complaint, in their order


class Deadlines(NamedTuple):
    """The two moments, in working time."""

    answer: dt.datetime
    solution: dt.datetime


def deadlines(
    received_at: dt.datetime, size: str, calendar: WorkCalendar, *, is_grave: bool
) -> Deadlines:
    """First answer and solution; a grave complaint has half the time. A workday is all its hours.

    Nights, lunch, weekends and holidays do not count: what comes in then starts with the next span.
    """
    parts = 2 if is_grave else 1
    answer = dt.timedelta(hours=_ANSWER_HOURS.get(size, _OTHER_HOURS)) / parts
    solution = _SOLUTION_DAYS.get(size, _OTHER_DAYS) * _workday(calendar) / parts
    return Deadlines(
        calendar.add_working_time(received_at, answer),
        calendar.add_working_time(received_at, max(answer, solution)),
    )


def _workday(calendar: WorkCalendar) -> dt.timedelta:
    """The working time of one day."""
    day = dt.date.min
    spans = (
        dt.datetime.combine(day, end) - dt.datetime.combine(day, begin)
        for begin, end in calendar.hours
    )
    return sum(spans, dt.timedelta())
