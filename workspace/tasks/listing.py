"""The list of open tasks: whose, due when."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import pgettext_lazy

from core.keyset import Order, read_page
from engagement.models import Task
from organization.models import User
from workspace.tasks.rows import TaskRow, task_rows

PAGE_SIZE = 50
_WEEK = 7  # days from today on
_BY_DAY = Order("due_on", parse=dt.date.fromisoformat)
WHENS: dict[str, Any] = {
    "": pgettext_lazy("tasks due", "All open"),
    "overdue": pgettext_lazy("tasks due", "Overdue"),
    "today": pgettext_lazy("tasks due", "Today"),
    "week": pgettext_lazy("tasks due", "Within 7 days"),
    "later": pgettext_lazy("tasks due", "Later"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One choice of the list and how many tasks it has."""

    name: str
    label: Any
    number: int


@dataclass(frozen=True, slots=True)
class TaskList:
    """What the page shows; `next` is where the next rows begin."""

    when: str
    mine: bool
    tabs: list[Tab]
    rows: list[TaskRow]
    next: str


def task_list(user: User, today: dt.date, *, when: str, mine: bool, after: str) -> TaskList:
    """Open tasks the person answers for, or only their own; two or three queries."""
    when = when if when in WHENS else ""
    found = Task.objects.visible_to(user).work_of(user).open()
    if mine:
        found = found.filter(assignee=user)
    spans = _spans(today)
    tasks = found.filter(spans[when]).select_related("customer", "assignee")
    page = read_page(tasks, _BY_DAY, after, PAGE_SIZE)
    return TaskList(when, mine, _tabs(found, spans), task_rows(page.rows, user, today), page.next)


def _spans(today: dt.date) -> dict[str, Q]:
    week = today + dt.timedelta(_WEEK)
    return {
        "": Q(),
        "overdue": Q(due_on__lt=today),
        "today": Q(due_on=today),
        "week": Q(due_on__gt=today, due_on__lte=week),
        "later": Q(due_on__gt=week),
    }


def _tabs(found: QuerySet[Task], spans: dict[str, Q]) -> list[Tab]:
    counted = found.order_by().aggregate(
        **{f"n_{name}": Count("pk", filter=span) for name, span in spans.items()}
    )
    return [Tab(name, label, counted[f"n_{name}"]) for name, label in WHENS.items()]
