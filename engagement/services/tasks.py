"""Tasks: entered, moved, handed on, done, dropped. The customer is locked first, then the task."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.errors import RefusedError
from customers.models import Customer
from customers.services.locking import lock_customer
from engagement.models import Note, Task
from organization.models import User
from organization.permissions import Action, can


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, by when, by whom."""

    kind: str
    due_on: dt.date
    assignee: User
    title: str = ""


@transaction.atomic
def add_task(customer: Customer, plan: Plan, *, actor: User, note: Note | None = None) -> Task:
    """A new open task. RefusedError when whoever is to do it does not see the customer."""
    customer = lock_customer(customer)
    _require_able(plan.assignee, customer)
    return Task.objects.create(
        customer=customer,
        kind=plan.kind,
        title=plan.title,
        due_on=plan.due_on,
        assignee=plan.assignee,
        created_by=actor,
        from_note=note,
    )


def ask(  # what a task is made of
    customer: Customer,
    people: Iterable[User | None],
    title: Callable[[], str],
    *,
    due_on: dt.date,
    kind: str = Task.Kind.TODO,
    actor: User | None = None,
) -> Task | None:
    """A task for the first of them who can do it, said in their language; None: nobody can."""
    able = (person for person in people if person is not None and _is_able(person, customer))
    who = next(able, None)
    if who is None:
        return None
    with translation.override(who.language or translation.get_language()):
        words = title()
    return Task.objects.create(
        customer=customer,
        kind=kind,
        title=words[: Task._meta.get_field("title").max_length],
        due_on=due_on,
        assignee=who,
        created_by=actor,
    )


@transaction.atomic
def set_follow_up(
    customer: Customer, *, on: dt.date, actor: User, title: str = "", note: Note | None = None
) -> Task:
    """The actor follows up that day: their open follow-up moves there, else there is a new one."""
    customer = lock_customer(customer)
    own = Task.objects.open().filter(
        customer=customer, assignee=actor, kind=Task.Kind.FOLLOW_UP, due_on__gt=timezone.localdate()
    )
    task = own.select_for_update(of=("self",)).order_by("due_on", "pk").first()
    if task is None:
        return add_task(
            customer, Plan(Task.Kind.FOLLOW_UP, on, actor, title), actor=actor, note=note
        )
    task.due_on, task.title = on, title or task.title
    task.from_note = note or task.from_note
    task.save(update_fields=["due_on", "title", "from_note"])
    return task


@transaction.atomic
def finish_task(task: Task, *, actor: User, note: Note | None = None) -> None:
    """It is done, and `note` tells of it. RefusedError when it is closed."""
    task = _to_change(task)
    _close(task, Task.State.DONE, actor)
    task.done_with = note
    task.save(update_fields=["state", "closed_at", "closed_by", "done_with"])


@transaction.atomic
def drop_task(task: Task, *, actor: User, reason: str) -> None:
    """Nobody will do it, for a reason that stays readable. RefusedError when it is closed."""
    task = _to_change(task)
    _close(task, Task.State.DROPPED, actor)
    task.result = reason
    task.save(update_fields=["state", "closed_at", "closed_by", "result"])


@transaction.atomic
def reopen_task(task: Task) -> None:
    """Take back that it was done or dropped; an open one stays as it is."""
    lock_customer(task.customer)
    task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    task.state, task.closed_at, task.closed_by = Task.State.OPEN, None, None
    task.result, task.done_with = "", None
    task.save(update_fields=["state", "closed_at", "closed_by", "result", "done_with"])


@transaction.atomic
def reschedule_task(task: Task, *, to: dt.date) -> None:
    """Another day. RefusedError when it is closed."""
    task = _to_change(task)
    task.due_on = to
    task.save(update_fields=["due_on"])


@transaction.atomic
def change_task(task: Task, plan: Plan) -> None:
    """What it says, when, by whom. RefusedError when it is closed or they do not see the file."""
    task = _to_change(task)
    if plan.assignee != task.assignee:
        _require_able(plan.assignee, task.customer)
    task.kind, task.title = plan.kind, plan.title
    task.due_on, task.assignee = plan.due_on, plan.assignee
    task.save(update_fields=["kind", "title", "due_on", "assignee"])


def _to_change(task: Task) -> Task:
    lock_customer(task.customer)
    task = Task.objects.select_for_update(of=("self",)).select_related("customer").get(pk=task.pk)
    if task.state != Task.State.OPEN:
        raise RefusedError(
            _("This task is closed already ({state}). Take that back first.").format(
                state=task.get_state_display()
            )
        )
    return task


def _close(task: Task, state: Task.State, actor: User) -> None:
    task.state, task.closed_at, task.closed_by = state, timezone.now(), actor


def _is_able(person: User, customer: Customer) -> bool:
    person.is_writing = True  # who may only read the file can do nothing for it
    sees = Customer.objects.visible_to(person).filter(pk=customer.pk)
    return person.is_active and can(person, Action.HANDLE_TASK) and sees.exists()


def _require_able(person: User, customer: Customer) -> None:
    if not _is_able(person, customer):
        raise RefusedError(
            _("{person} does not look after {customer}: choose somebody who does.").format(
                person=person, customer=customer.name
            )
        )
