"""By when complaints are answered and solved: worked examples around nights, lunch and holidays."""

import datetime as dt

import pytest

from core.rules import BUSINESS_ZONE
from core.work_calendar import WorkCalendar
from engagement.rules.complaints import Promised, deadlines

LARGE, MEDIUM, SMALL = Promised(2, 1), Promised(4, 2), Promised(8, 3)
HOLIDAY = dt.date(2026, 4, 6)  # a Monday
CALENDAR = WorkCalendar({HOLIDAY: False}, official={2026})


def at(text: str) -> dt.datetime:
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BUSINESS_ZONE)


@pytest.mark.parametrize(
    ("received", "promised", "is_grave", "answer", "solution"),
    [
        ("04-01 10:00", LARGE, False, "04-01 12:00", "04-02 10:00"),
        ("04-01 11:00", LARGE, False, "04-01 14:00", "04-02 11:00"),  # over lunch
        ("04-01 10:00", LARGE, True, "04-01 11:00", "04-01 15:00"),
        ("04-01 10:00", MEDIUM, False, "04-01 15:00", "04-03 10:00"),
        ("04-01 10:00", MEDIUM, True, "04-01 12:00", "04-02 10:00"),
        ("04-01 10:00", SMALL, False, "04-02 10:00", "04-07 10:00"),  # over the long weekend
        ("04-01 10:00", SMALL, True, "04-01 15:00", "04-02 15:00"),
        ("04-03 17:00", LARGE, False, "04-07 10:00", "04-07 17:00"),
        ("04-04 23:30", LARGE, False, "04-07 11:00", "04-07 18:00"),  # Saturday night
    ],
)
def test_deadlines_count_working_time_by_policy_and_severity(
    received: str, promised: Promised, is_grave: bool, answer: str, solution: str
):
    due = deadlines(at(received), promised, CALENDAR, is_grave=is_grave)
    assert due == (at(answer), at(solution))


def test_a_shorter_day_never_asks_for_the_solution_before_the_answer():
    mornings = WorkCalendar({}, {2026}, hours=((dt.time(9), dt.time(10)),))
    due = deadlines(at("04-01 08:00"), SMALL, mornings, is_grave=False)
    assert due.answer == due.solution
