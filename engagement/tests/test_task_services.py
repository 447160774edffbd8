"""What people do with tasks, and what a talk does with them."""

import datetime as dt

import pytest
import time_machine

from core.errors import RefusedError
from customers.models import Contact, Customer
from engagement import services
from engagement.models import Note, Participant, Task
from engagement.rules.follow_ups import follow_up_day
from engagement.services import Plan, Talk
from organization.models import User
from organization.reports import work_calendar
from tests.cast import Cast

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 4, 1)  # a Wednesday; the 6th is a holiday
AT = dt.datetime(2026, 4, 1, 10, 5, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(AT, tick=False):
        yield


def april(day: int) -> dt.date:
    return dt.date(2026, 4, day)


def plan(cast: Cast, day: int = 1, **facts: object) -> Task:
    facts = {"kind": Task.Kind.FOLLOW_UP, "assignee": cast.alice} | facts
    return services.add_task(cast.acme, Plan(due_on=april(day), **facts), actor=cast.alice)


def talk(form: str = "form-1", **facts: object) -> Talk:
    return Talk(**{"kind": "call", "text": "wants a quote", "token": form, "at": AT} | facts)


def open_days(cast: Cast) -> list[dt.date]:
    return list(Task.objects.open().order_by("due_on").values_list("due_on", flat=True))


def test_a_talk_ends_what_was_due_and_plans_the_next(cast: Cast):
    due, call = plan(cast, 1), plan(cast, 1, kind=Task.Kind.CALL)
    note = services.log_talk(cast.acme, talk(), author=cast.alice, follow_up_on=april(8))
    due.refresh_from_db()
    call.refresh_from_db()
    assert (due.state, due.done_with, due.closed_by) == ("done", note, cast.alice)
    assert call.state == "open"
    assert open_days(cast) == [april(1), april(8)]
    assert Task.objects.get(due_on=april(8)).from_note == note


@pytest.mark.parametrize("facts", [{"kind": "note"}, {"outcome": "no_answer"}])
def test_nobody_spoken_with_ends_nothing(cast: Cast, facts):
    plan(cast, 1)
    services.log_talk(cast.acme, talk(**facts), author=cast.alice)
    assert open_days(cast) == [april(1)]


def test_the_same_form_again_changes_nothing(cast: Cast):
    first = services.log_talk(cast.acme, talk(), author=cast.alice, follow_up_on=april(8))
    task = Task.objects.get()
    services.finish_task(task, actor=cast.alice)
    assert services.log_talk(cast.acme, talk(), author=cast.alice, follow_up_on=april(8)) == first
    assert Note.objects.count() == Task.objects.count() == 1
    assert open_days(cast) == []


def test_one_moves_ones_own_next_follow_up_instead_of_piling_them_up(cast: Cast):
    services.set_follow_up(cast.acme, on=april(8), actor=cast.alice)
    services.set_follow_up(cast.acme, on=april(15), actor=cast.alice, title="price list")
    services.set_follow_up(cast.acme, on=april(9), actor=cast.olga)
    tasks = {(task.assignee, task.due_on, task.title) for task in Task.objects.open()}
    assert tasks == {(cast.alice, april(15), "price list"), (cast.olga, april(9), "")}
    cast.acme.refresh_from_db()
    assert cast.acme.next_follow_up_on == april(9)


def test_who_took_part_was_touched_last_then(cast: Cast):
    li = Contact.objects.create(customer=cast.acme, name="Li")
    wang = Contact.objects.create(customer=cast.acme, name="Wang")
    later = AT + dt.timedelta(days=1)
    services.log_talk(cast.acme, talk("a", contacts=[li, wang]), author=cast.alice)
    services.log_talk(cast.acme, talk("b", contacts=[li], at=later), author=cast.alice)
    services.log_talk(
        cast.acme, talk("c", contacts=[wang], at=later, outcome="no_answer"), author=cast.alice
    )
    touched = dict(Contact.objects.values_list("name", "last_touch_on"))
    assert touched == {"Li": april(2), "Wang": april(1)}
    assert Participant.objects.count() == 4
    assert Note.objects.touches().count() == 2


def test_finishing_with_words_leaves_a_note_and_the_next_step(cast: Cast):
    task = plan(cast, 1, kind=Task.Kind.VISIT)
    services.finish_with_words(
        task, talk(kind="visit"), actor=cast.alice, follow_up_on=april(14)
    )  # fmt: skip
    task.refresh_from_db()
    assert (task.state, task.done_with) == ("done", Note.objects.get(kind="visit"))
    assert open_days(cast) == [april(14)]
    with pytest.raises(RefusedError, match="closed already"):
        services.finish_with_words(task, talk("again"), actor=cast.alice)
    assert Note.objects.count() == 1


def test_what_is_closed_opens_again(cast: Cast):
    task = plan(cast, 2)
    services.drop_task(task, actor=cast.alice, reason="moved away")
    task.refresh_from_db()
    assert (task.state, task.result) == ("dropped", "moved away")
    with pytest.raises(RefusedError, match="closed already"):
        services.reschedule_task(task, to=april(3))
    services.reopen_task(task)
    services.reschedule_task(task, to=april(3))
    assert open_days(cast) == [april(3)]


@pytest.mark.parametrize("name", ["wendy", "ann", "adam"])
def test_nobody_is_given_a_task_of_a_customer_they_do_not_work_on(cast: Cast, name: str):
    person = getattr(cast, name)
    with pytest.raises(RefusedError, match="does not look after"):
        plan(cast, 2, assignee=person)
    task = plan(cast, 2)
    with pytest.raises(RefusedError, match="does not look after"):
        services.change_task(task, Plan(task.kind, task.due_on, person))
    assert Task.objects.get().assignee == cast.alice


@pytest.mark.parametrize(("days", "day"), [(0, 2), (1, 2), (3, 7), (5, 7), (7, 8)])
def test_a_follow_up_falls_on_a_workday(days: int, day: int):
    """The 4th is a Saturday, the 6th the day off for Tomb-sweeping."""
    assert follow_up_day(TODAY, days, work_calendar()) == april(day)


def work_of(person: User) -> set[Task]:
    return set(Task.objects.visible_to(person).work_of(person))


def test_whose_work_it_is(cast: Cast):
    mine = plan(cast, 1)
    agents = plan(cast, 1, assignee=cast.sam)
    seen = {
        name: work_of(getattr(cast, name))
        for name in ("alice", "sam", "olga", "greta", "bob", "walter", "wendy", "adam")
    }
    assert seen == {
        "alice": {mine}, "sam": {agents}, "olga": {mine, agents}, "greta": {mine, agents},
        "bob": set(), "walter": set(), "wendy": set(), "adam": set(),
    }  # fmt: skip


def test_a_customer_that_was_given_away_takes_its_tasks_along(cast: Cast):
    plan(cast, 1)
    Customer.objects.filter(pk=cast.acme.pk).update(account_manager=cast.bob)
    assert work_of(cast.bob) == set(Task.objects.all())
    assert work_of(cast.alice) == set()
