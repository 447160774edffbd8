"""Follow-ups the night plans for customers nobody has planned to seek."""

import datetime as dt

import pytest

from customers.models import Customer
from engagement.jobs import open_follow_ups
from engagement.models import Task
from organization.reports import work_calendar
from tests.cast import Cast, make_customer

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 4, 3)  # the Monday after is a holiday


def test_active_customers_somebody_looks_after_get_one_once(cast: Cast):
    def customer(code: str, size: str = "large", **facts: object) -> Customer:
        facts.setdefault("manager", cast.alice)
        return make_customer(code, cast.east_outlet, size=size, **facts)

    wanted = {
        customer("L"),
        customer("M", "medium"),
        customer("R", "medium", tier="risk"),
        customer("P", "small", tier="potential"),
    }
    customer("S", "small")  # low touch: by the policy nobody looks after it
    customer("DORMANT", status="dormant")
    customer("NOBODYS", manager=None)
    customer("MERGED", merged_into=cast.acme)
    known = customer("KNOWN")
    Task.objects.create(customer=known, due_on=FRIDAY, assignee=cast.alice)
    assert open_follow_ups(FRIDAY) == 4
    made = Task.objects.filter(created_by=None).exclude(customer=known)
    assert {task.customer for task in made} == wanted
    assert {(task.kind, task.assignee, task.state) for task in made} == {
        ("follow_up", cast.alice, "open")
    }
    assert open_follow_ups(FRIDAY) == open_follow_ups(FRIDAY + dt.timedelta(1)) == 0


def test_they_are_spread_over_the_workdays_in_which_the_policy_wants_a_call(cast: Cast):
    for number in range(30):
        size = "large" if number < 15 else "medium"
        make_customer(f"C{number}", cast.east_outlet, cast.alice, size=size)
    open_follow_ups(FRIDAY)
    calendar = work_calendar()
    days = {
        size: [
            calendar.workdays_between(FRIDAY, task.due_on)
            for task in Task.objects.filter(customer__size=size)
        ]
        for size in ("large", "medium")
    }
    assert set(days["large"]) == set(range(1, 5))  # 7 days, without the holiday
    assert set(days["medium"]) == set(range(1, 10))  # 14 days
    assert all(calendar.is_workday(task.due_on) for task in Task.objects.all())


def test_who_is_followed_up_and_done_with_gets_the_next_one(cast: Cast):
    Customer.objects.filter(pk=cast.acme.pk).update(size="large")
    assert open_follow_ups(FRIDAY) == 1
    Task.objects.update(state="done", closed_at=dt.datetime(2026, 4, 7, tzinfo=dt.UTC))
    assert open_follow_ups(FRIDAY + dt.timedelta(4)) == 1
