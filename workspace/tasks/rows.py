"""A task as lists show it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from customers.models import Customer
from engagement.models import Task
from organization.models import User
from workspace.my_day.words import due_words

ICONS = {
    Task.Kind.FOLLOW_UP: "message-2",
    Task.Kind.CALL: "phone",
    Task.Kind.VISIT: "map-pin",
    Task.Kind.TODO: "checkbox",
}


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One thing to do."""

    task: Task
    customer: Customer
    icon: str
    what: str
    due: str
    due_tone: str
    owner: str  # who is to do it; empty for oneself


def task_rows(tasks: Iterable[Task], user: User, today: dt.date) -> list[TaskRow]:
    """The tasks, which come with their customers and people, in their order."""
    return [_row(task, user, today) for task in tasks]


def _row(task: Task, user: User, today: dt.date) -> TaskRow:
    due, tone = due_words(task.due_on, today)
    kind = str(task.get_kind_display())
    return TaskRow(
        task=task,
        customer=task.customer,
        icon=ICONS[Task.Kind(task.kind)],
        what=f"{kind} · {task.title}" if task.title else kind,
        due=due,
        due_tone=tone,
        owner="" if task.assignee_id == user.pk else str(task.assignee),
    )
