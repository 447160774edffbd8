"""By when complaints are answered and solved: worked examples around nights, lunch and holidays."""

import datetime as dt

import pytest

from core.rules import BUSINESS_ZONE
from core.work_calendar import WorkCalendar
from engagement.rules.complaints import deadlines

HOLIDAY = dt.date(2026, 4, 6)  # a Monday
CALENDAR = WorkCalendar({HOLIDAY: False}, official={2026})


def at(text: str) -> dt.datetime:
    return dt.datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BUSINESS_ZONE)


@pytest.mark.parametrize(
    ("received", "size", "is_grave", "answer", "solution"),
    [
        ("04-01 10:00", "large", False, "04-01 12:00", "04-02 10:00"),
        ("04-01 11:00", "large", False, "04-01 14:00", "04-02 11:00"),  # over lunch
        ("04-01 10:00", "large", True, "04-01 11:00", "04-01 15:00"),
        ("04-01 10:00", "medium", False, "04-01 15:00", "04-03 10:00"),
        ("04-01 10:00", "medium", True, "04-01 12:00", "04-02 10:00"),
        ("04-01 10:00", "small", False, "04-02 10:00", "04-07 10:00"),  # over the long weekend
        ("04-01 10:00", "", True, "04-01 15:00", "04-02 15:00"),
        ("04-03 17:00", "large", False, "04-07 10:00", "04-07 17:00"),
        ("04-04 23:30", "large", False, "04-07 11:00", "04-07 18:00"),  # Saturday night
    ],
)
def test_deadlines_count_working_time_by_size_and_severity(
    received: str, size: str, is_grave: bool, answer: str, solution: str
):
    due = deadlines(at(received), size, CALENDAR, is_grave=is_grave)
    assert due == (at(answer), at(solution))


def test_a_shorter_day_never_asks_for_the_solution_before_the_answer():
    mornings = WorkCalendar({}, {2026}, hours=((dt.time(9), dt.time(10)),))
    due = deadlines(at("04-01 08:00"), "small", mornings, is_grave=False)
    assert due.answer == due.solution
