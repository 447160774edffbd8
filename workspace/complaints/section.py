"""What the section shows: complaints that wait, with their clocks, then those that are solved."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Customer
from engagement.models import Complaint
from organization.models import User
from organization.permissions import Action, can
from workspace.header import Header
from workspace.profile import personal

SHOWN = 100  # all that are open, before the latest that are solved


@dataclass(frozen=True, slots=True)
class Clock:
    """One of the two deadlines: when it was met, or how it stands."""

    label: str
    due_at: dt.datetime
    done_at: dt.datetime | None
    words: str
    who: str
    tone: str  # ok, warn on its last day, bad when it is or was late

    @property
    def is_late(self) -> bool:
        """Whether the deadline went by."""
        return self.tone == "bad"


@dataclass(frozen=True, slots=True)
class Shown:
    """A complaint as the reader's role may see it."""

    complaint: Complaint
    who: str
    phone: str
    clocks: tuple[Clock, Clock]


def complaints(user: User, customer: Customer, _above: Header) -> dict[str, Any]:
    """Open ones by their next deadline, solved ones latest first; one query."""
    rows = Complaint.objects.visible_to(user).filter(customer=customer)
    people = rows.select_related("unit", "department", "answered_by", "closed_by")
    found = list(people.order_by(F("closed_at").desc(nulls_first=True), "-pk")[:SHOWN])
    now = timezone.now()
    waiting = sorted((row for row in found if row.due_at), key=lambda row: (row.due_at, row.pk))
    solved = [row for row in found if row.due_at is None]
    return {
        "waiting": [_shown(user, row, now) for row in waiting],
        "solved": [_shown(user, row, now) for row in solved],
        "may_handle_complaints": can(user, Action.HANDLE_COMPLAINT),
    }


def _shown(user: User, row: Complaint, now: dt.datetime) -> Shown:
    answer = Clock(
        _("First answer"), row.answer_due_at, row.answered_at, row.answer,
        str(row.answered_by or ""), tone(row.answer_due_at, row.answered_at, now),
    )  # fmt: skip
    solution = Clock(
        _("Solution"), row.solution_due_at, row.closed_at, row.solution,
        str(row.closed_by or ""), tone(row.solution_due_at, row.closed_at, now),
    )  # fmt: skip
    who, phone = personal(user, row.contact_name), personal(user, row.contact_phone)
    return Shown(row, who, phone, (answer, solution))


def tone(due_at: dt.datetime, done_at: dt.datetime | None, now: dt.datetime) -> str:
    """How a deadline stands: met, missed, due today, or "" while there is time."""
    if (done_at or now) > due_at:
        return "bad"
    if done_at is not None:
        return "ok"
    return "warn" if timezone.localdate(due_at) == timezone.localdate(now) else ""
