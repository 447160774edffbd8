"""Tasks are sorted by money x lateness x tier, as alerts are."""

import datetime as dt

import pytest

from customers.models import Customer
from engagement.models import Task
from segmentation.jobs import weigh_tasks
from segmentation.tests.make import night, ship
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 24)


def test_the_revenue_of_three_months_counts_more_the_later_and_the_larger(cast: Cast):
    ship(cast.acme, "2026-10-15", "1000")
    ship(cast.bolt, "2026-10-15", "1000")
    version = night(DAY)
    Customer.objects.filter(pk=cast.bolt.pk).update(tier="large")
    Customer.objects.filter(pk=cast.acme.pk).update(tier="small")
    for customer, days in ((cast.acme, 3), (cast.acme, -10), (cast.bolt, -10), (cast.wolf, -10)):
        Task.objects.create(customer=customer, due_on=DAY + dt.timedelta(days), assignee=cast.alice)
    closed = Task.objects.create(
        customer=cast.acme, due_on=DAY, assignee=cast.alice, state="done",
        closed_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC),
    )  # fmt: skip
    assert weigh_tasks(DAY, version) == 3
    assert list(Task.objects.order_by("pk").values_list("urgency", flat=True)) == [
        1000, 1300, 1950, 0, 0,
    ]  # fmt: skip
    assert weigh_tasks(DAY, version) == 0
    assert closed.urgency == 0
