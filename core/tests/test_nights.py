"""Which nights are due, and when the morning's figures are missing."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import nights
from core.models import JobRun, Version
from core.nights import MAX_FAILURES, due_dates, latest_due, missing_night
from core.rules import BUSINESS_ZONE

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 3, 31)
YESTERDAY = TODAY - DAY
MORNING = dt.datetime(2026, 3, 31, 8, 0, tzinfo=BUSINESS_ZONE)


@pytest.fixture(autouse=True)
def living_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company at work, unless a test says otherwise."""
    monkeypatch.setattr(nights, "is_living_book", lambda _day: True)


def publish(day: dt.date) -> None:
    Version.objects.filter(is_current=True).update(is_current=False)
    Version.objects.create(business_date=day, status="published", is_current=True)
    ledger(day, "done")


def ledger(day: dt.date, status: str, **fields: object) -> JobRun:
    finished = None if status == "running" else fields.pop("finished_at", MORNING)
    fields.setdefault("started_at", MORNING - dt.timedelta(hours=3))
    return JobRun.objects.create(
        job="nightly", business_date=day, status=status, finished_at=finished, **fields
    )


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-03-31T01:00+08:00", "2026-03-30"),  # the night has just begun
        ("2026-03-31T00:59+08:00", "2026-03-29"),
        ("2026-03-30T17:00+00:00", "2026-03-30"),  # 01:00 in Shanghai
        ("2026-03-31T23:59+08:00", "2026-03-30"),
        ("2026-01-01T02:00+08:00", "2025-12-31"),
    ],
)
def test_yesterday_is_due_once_the_night_has_begun(moment: str, day: str):
    now = dt.datetime.fromisoformat(moment)
    assert latest_due(now, hour=1) == dt.date.fromisoformat(day)


@given(st.integers(0, 4 * 10**9).map(lambda seconds: dt.datetime.fromtimestamp(seconds, dt.UTC)))
def test_today_and_the_future_are_never_due(now: dt.datetime):
    assert latest_due(now, hour=0) < now.astimezone(BUSINESS_ZONE).date()


@pytest.mark.django_db
class TestDueDates:
    def test_a_new_installation_starts_with_yesterday(self):
        assert due_dates(MORNING) == [YESTERDAY]

    def test_nothing_is_due_when_yesterday_is_published(self):
        publish(YESTERDAY)
        assert due_dates(MORNING) == []

    def test_missed_dates_are_made_up_oldest_first(self):
        publish(YESTERDAY - 3 * DAY)
        assert due_dates(MORNING) == [YESTERDAY - 2 * DAY, YESTERDAY - DAY, YESTERDAY]

    def test_at_most_seven_dates_are_made_up(self):
        publish(YESTERDAY - 400 * DAY)
        assert due_dates(MORNING) == [YESTERDAY - n * DAY for n in range(6, -1, -1)]

    def test_a_clock_set_back_makes_nothing_due(self):
        publish(YESTERDAY)
        assert due_dates(MORNING - 30 * DAY) == []

    def test_a_run_that_was_killed_is_due_whatever_its_date(self):
        publish(YESTERDAY)
        ledger(dt.date(2018, 8, 31), "running")
        assert due_dates(MORNING) == [dt.date(2018, 8, 31)]

    def test_a_run_somebody_asked_for_is_due_until_it_has_started(self):
        publish(YESTERDAY)
        run = JobRun.objects.get()
        run.requested_at = MORNING
        run.save()
        assert due_dates(MORNING) == [YESTERDAY]
        run.started_at = MORNING + DAY / 24
        run.save()
        assert due_dates(MORNING) == []

    def test_a_failed_date_is_tried_again_later_and_holds_up_the_next(self):
        publish(YESTERDAY - 2 * DAY)
        ledger(YESTERDAY - DAY, "failed", failures=2)  # again after four minutes
        minute = dt.timedelta(minutes=1)
        assert due_dates(MORNING + 3 * minute) == []
        assert due_dates(MORNING + 4 * minute) == [YESTERDAY - DAY, YESTERDAY]

    def test_a_date_whose_tries_are_used_up_holds_up_nothing(self):
        publish(YESTERDAY - 2 * DAY)
        ledger(YESTERDAY - DAY, "failed", failures=MAX_FAILURES)
        assert due_dates(MORNING + DAY / 2) == [YESTERDAY]

    def test_a_person_may_ask_again_for_a_date_whose_tries_are_used_up(self):
        publish(YESTERDAY - DAY)
        ledger(YESTERDAY, "failed", failures=MAX_FAILURES, requested_at=MORNING + DAY / 24)
        assert due_dates(MORNING + DAY / 2) == [YESTERDAY]


@pytest.mark.django_db
class TestMissingNight:
    def at(self, hour: int) -> dt.datetime:
        return MORNING.replace(hour=hour)

    def test_the_night_may_take_until_six(self):
        publish(YESTERDAY - DAY)
        assert missing_night(self.at(5)) is None
        assert missing_night(self.at(6)) == YESTERDAY

    def test_all_is_well_once_it_is_published(self):
        publish(YESTERDAY)
        assert missing_night(self.at(9)) is None

    def test_a_new_installation_has_a_day(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(nights, "installed_at", lambda: self.at(9) - DAY)
        assert missing_night(self.at(8)) is None
        assert missing_night(self.at(9)) == YESTERDAY

    def test_the_database_knows_when_it_was_set_up(self):
        assert dt.datetime(2024, 1, 1, tzinfo=dt.UTC) < nights.installed_at()


class TestOldBooks:
    @pytest.fixture(autouse=True)
    def old_book(self, living_book: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(nights, "is_living_book", lambda _day: False)

    @pytest.mark.django_db
    def test_no_night_comes_by_itself_and_none_is_missed(self):
        publish(dt.date(2018, 8, 31))
        assert due_dates(MORNING) == []
        assert missing_night(MORNING.replace(hour=9)) is None

    @pytest.mark.django_db
    def test_what_a_person_asked_for_is_due_all_the_same(self):
        publish(dt.date(2018, 8, 31))
        JobRun.objects.update(requested_at=MORNING + DAY / 24)
        assert due_dates(MORNING + DAY / 2) == [dt.date(2018, 8, 31)]
