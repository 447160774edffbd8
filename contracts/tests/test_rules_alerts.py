"""Payment-due notices: one per line and stage, never twice, nothing for who has paid."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.alerts import DEFAULT_STAGES, Notice, WatchedLine, due_notice, severity

DUE = date(2025, 10, 15)


def watched(last_sent=None, *, due_on=DUE, remainder="100.00", **flags):
    return WatchedLine(due_on, Decimal(remainder), last_sent, **flags)


def run_nightly(runs, due_on=DUE):
    """What is sent when the run happens on these days only."""
    last_sent, sent = None, []
    for day in runs:
        notice = due_notice(watched(last_sent, due_on=due_on), day)
        if notice:
            sent.append((day, notice.stage, notice.skipped))
            last_sent = notice.stage
    return sent


def days(first, last):
    return [first + timedelta(days=each) for each in range((last - first).days + 1)]


def test_the_stages_of_a_company_that_set_none():
    assert DEFAULT_STAGES == (-7, -3, 0, 1, 7, 15, 30, 45, 60, 90)


def test_ten_days_without_a_run():
    runs = days(date(2025, 10, 1), date(2025, 10, 12)) + days(
        date(2025, 10, 24), date(2025, 10, 30)
    )
    assert run_nightly(runs) == [
        (date(2025, 10, 8), -7, ()),
        (date(2025, 10, 12), -3, ()),
        (date(2025, 10, 24), 7, (0, 1)),
        (date(2025, 10, 30), 15, ()),
    ]


def test_a_line_first_seen_a_year_late_gets_one_notice():
    assert due_notice(watched(), date(2026, 10, 15)) == Notice(90, DEFAULT_STAGES[:-1])


def test_a_second_run_of_the_day_sends_nothing():
    assert due_notice(watched(last_sent=0), DUE) is None


@pytest.mark.parametrize(
    "line",
    [
        watched(remainder="0.00"),
        watched(is_void=True),
        watched(is_paused=True),
    ],
)
def test_paid_void_and_paused_lines_call_for_nothing(line):
    assert due_notice(line, DUE) is None


def test_a_cent_open_is_open():
    assert due_notice(watched(remainder="0.01"), DUE) == Notice(0, (-7, -3))


def test_a_due_date_moved_later_does_not_repeat_lower_stages():
    moved = watched(last_sent=7, due_on=DUE + timedelta(days=30))
    assert due_notice(moved, DUE + timedelta(days=37)) is None
    assert due_notice(moved, DUE + timedelta(days=45)) == Notice(15, ())


def test_before_the_first_stage_there_is_nothing():
    assert due_notice(watched(), DUE - timedelta(days=8)) is None
    assert due_notice(watched(), DUE - timedelta(days=7)) == Notice(-7, ())


def test_stages_may_be_set_and_need_no_order():
    assert due_notice(watched(), DUE + timedelta(days=5), [10, 5, 0]) == Notice(5, (0,))


@given(st.sets(st.integers(-20, 120), min_size=1).map(sorted))
def test_every_stage_passed_is_sent_or_logged_once_and_they_rise(offsets):
    sent = run_nightly([DUE + timedelta(days=each) for each in offsets])
    stages = [stage for _day, stage, skipped in sent for stage in (*skipped, stage)]
    assert stages == [each for each in DEFAULT_STAGES if each <= offsets[-1]]


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (-7, "low"),
        (-1, "low"),
        (0, "medium"),
        (14, "medium"),
        (15, "high"),
        (44, "high"),
        (45, "critical"),
        (90, "critical"),
    ],
)
def test_severity_rises_with_the_stage(stage, expected):
    assert severity(stage) == expected
