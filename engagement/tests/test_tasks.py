"""The next follow-up of a customer is that of its tasks, whoever changes them and how."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer
from engagement.models import Task
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 4, 3)
Kind, State = Task.Kind, Task.State


def make_task(cast: Cast, day: int = 3, customer: Customer | None = None, **facts: object) -> Task:
    """An open task of April 2026, Alice's unless said."""
    facts = {"kind": Kind.FOLLOW_UP, "assignee": cast.alice, "created_by": cast.alice} | facts
    if facts.get("state", State.OPEN) != State.OPEN:
        facts.setdefault("closed_at", timezone.now())
    return Task.objects.create(
        customer=customer or cast.acme, due_on=dt.date(2026, 4, day), **facts
    )


def next_of(customer: Customer) -> dt.date | None:
    return Customer.objects.get(pk=customer.pk).next_follow_up_on


def test_the_earliest_open_task_that_seeks_the_customer_is_its_next_follow_up(cast: Cast):
    assert next_of(cast.acme) is None
    later = make_task(cast, 9, kind=Kind.VISIT)
    make_task(cast, 1, kind=Kind.TODO)
    make_task(cast, 2, state=State.DONE)
    assert next_of(cast.acme) == later.due_on
    sooner = make_task(cast, 7, kind=Kind.CALL)
    assert next_of(cast.acme) == sooner.due_on
    sooner.delete()
    assert next_of(cast.acme) == later.due_on
    Task.objects.filter(pk=later.pk).update(customer=cast.bolt)
    assert (next_of(cast.acme), next_of(cast.bolt)) == (None, later.due_on)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "move", "close", "open", "give", "kind", "delete"]),
        st.integers(0, 5), st.integers(1, 28), st.sampled_from(list(Kind)),
    ),
    max_size=25,
)  # fmt: skip


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # each example takes its changes back
@given(steps=STEPS)
def test_after_any_changes_it_is_what_a_count_of_all_tasks_says(cast: Cast, steps):
    with transaction.atomic():
        for step in steps:
            _change(cast, *step)
        for customer in (cast.acme, cast.bolt):
            open_tasks = Task.objects.open().filter(customer=customer, kind__in=Task.TOUCHES)
            days = open_tasks.values_list("due_on", flat=True)
            assert next_of(customer) == min(days, default=None)
        transaction.set_rollback(True)


def _change(cast: Cast, act: str, number: int, day: int, kind: str) -> None:
    """One change, by the ORM as anybody could make it, to one task or to all of a remainder."""
    rows = Task.objects.filter(pk__in=[task.pk for task in Task.objects.order_by("pk")][number::6])
    if act == "add":
        make_task(cast, day, kind=kind, customer=cast.bolt if number % 2 else cast.acme)
    elif act == "move":
        rows.update(due_on=dt.date(2026, 4, day))
    elif act == "close":
        rows.update(state=State.DONE, closed_at=timezone.now())
    elif act == "open":
        rows.update(state=State.OPEN, closed_at=None)
    elif act == "give":
        rows.update(customer=cast.bolt if day % 2 else cast.acme)
    elif act == "kind":
        rows.update(kind=kind)
    else:
        rows.delete()


def test_what_the_former_manager_had_to_do_is_the_new_ones(cast: Cast):
    mine, agents = make_task(cast), make_task(cast, assignee=cast.sam)
    done = make_task(cast, state=State.DONE)
    Customer.objects.filter(pk=cast.acme.pk).update(account_manager=cast.bob)
    people = {task.pk: task.assignee for task in Task.objects.select_related("assignee")}
    assert people == {mine.pk: cast.bob, agents.pk: cast.sam, done.pk: cast.alice}


def test_tasks_of_a_customer_without_a_manager_wait_for_the_next_one(cast: Cast):
    task = make_task(cast)
    Customer.objects.filter(pk=cast.acme.pk).update(account_manager=None)
    task.refresh_from_db()
    assert task.assignee == cast.alice
    Customer.objects.filter(pk=cast.acme.pk).update(account_manager=cast.wendy)
    task.refresh_from_db()
    assert task.assignee == cast.wendy


@pytest.mark.parametrize(
    "facts",
    [
        {"state": State.DONE, "closed_at": None},
        {"closed_at": timezone.now()},
        {"state": State.DROPPED, "closed_at": timezone.now()},
    ],
)
def test_tasks_that_cannot_be(cast: Cast, facts):
    with pytest.raises(IntegrityError, match="task_"), transaction.atomic():
        make_task(cast, **facts)
