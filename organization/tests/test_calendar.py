"""The company's work calendar: published years, days of one's own, years not published yet."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from organization.models import CalendarDay
from organization.reports import work_calendar
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [  # by hand from the State Council's notice for 2026
        ("2026-01-01", False), ("2026-01-04", True), ("2026-02-14", True), ("2026-02-15", False),
        ("2026-02-23", False), ("2026-02-24", True), ("2026-02-28", True), ("2026-04-06", False),
        ("2026-05-05", False), ("2026-05-09", True), ("2026-06-19", False), ("2026-09-20", True),
        ("2026-09-25", False), ("2026-10-07", False), ("2026-10-08", True), ("2026-10-10", True),
        ("2026-11-28", False), ("2026-11-30", True),
    ],
)  # fmt: skip
def test_the_holidays_and_make_up_days_of_2026(day: str, is_workday: bool):
    assert work_calendar().is_workday(dt.date.fromisoformat(day)) == is_workday
    assert not work_calendar().is_provisional(dt.date.fromisoformat(day))


def test_a_day_of_ones_own_counts_at_once_and_publishes_no_year():
    day = dt.date(2026, 12, 31)
    assert work_calendar().is_workday(day)
    own = CalendarDay.objects.create(day=day, name="Stocktaking", is_official=False)
    assert not work_calendar().is_workday(day)
    own.is_workday = True
    own.save()
    assert work_calendar().is_workday(day)
    CalendarDay.objects.create(day=dt.date(2031, 3, 3), name="Jubilee", is_official=False)
    assert work_calendar().is_provisional(dt.date(2031, 3, 3))
    CalendarDay.objects.all().delete()
    assert work_calendar().is_workday(day)


def test_the_days_of_a_notice_publish_their_year():
    assert work_calendar().is_provisional(dt.date(2031, 1, 23))
    CalendarDay.objects.create(day=dt.date(2031, 1, 23), name="Spring Festival")
    assert not work_calendar().is_provisional(dt.date(2031, 6, 1))
    assert not work_calendar().is_workday(dt.date(2031, 1, 23))


def test_it_is_read_again_only_when_it_changed(django_assert_num_queries):
    work_calendar()
    with django_assert_num_queries(1):
        work_calendar()


@time_machine.travel("2030-06-03 10:00+08:00")
def test_an_administrator_is_told_which_years_are_not_published(cast: Cast, client: Client):
    client.force_login(cast.adam)
    CalendarDay.objects.create(day=dt.date(2030, 2, 4), name="Spring Festival")
    page = client.get("/admin/organization/calendarday/").content.decode()
    assert "2031 is provisional" in page
    assert "2030 is provisional" not in page
