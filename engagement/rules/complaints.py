"""By when a complaint is answered and solved (02 §8.4). Pure Python.

In the hours and days of the customer's service policy, which follows the size and not the tier: a
large one at risk waits no longer than a large one.
"""

import datetime as dt
from typing import NamedTuple

from core.work_calendar import WorkCalendar

STAGES = ("answer", "solution")  # of a late complaint, in their order


class Deadlines(NamedTuple):
    """The two moments, in working time."""

    answer: dt.datetime
    solution: dt.datetime


class Promised(NamedTuple):
    """Working hours until the first answer, workdays until the solution."""

    answer_hours: int
    solution_days: int


def deadlines(
    received_at: dt.datetime, promised: Promised, calendar: WorkCalendar, *, is_grave: bool
) -> Deadlines:
    """First answer and solution; a grave complaint has half the time. A workday is all its hours.

    Nights, lunch, weekends and holidays do not count: what comes in then starts with the next span.
    """
    parts = 2 if is_grave else 1
    answer = dt.timedelta(hours=promised.answer_hours) / parts
    solution = promised.solution_days * _workday(calendar) / parts
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
