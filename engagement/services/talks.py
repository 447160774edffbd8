"""Writing down what was said or seen."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from customers.models import Contact, Customer
from customers.services.locking import lock_customer
from customers.services.ties import touch
from engagement.models import Note, Participant, Task
from engagement.querysets import NOT_A_TALK
from engagement.services.tasks import finish_task, set_follow_up
from organization.models import User


@dataclass(frozen=True, slots=True)
class Talk:
    """What somebody fills in; `token` names the form, `at` the moment it is about."""

    kind: str
    text: str
    token: str
    at: dt.datetime
    direction: str = ""
    outcome: str = ""
    contacts: Sequence[Contact] = ()


def write_note(customer: Customer, talk: Talk, *, author: User) -> tuple[Note, bool]:
    """The note, with a number of its own, and whether it is new.

    Sending the same form twice gives the same note once. Another text from the same form is another
    note: going back in the browser and writing anew loses nothing.
    """
    parts = [str(customer.pk), str(author.pk), talk.token, talk.kind, talk.text]
    digest = hashlib.sha256("\0".join(parts).encode()).hexdigest()
    return Note.objects.get_or_create(
        note_no=f"N-{digest[:20]}",
        defaults={
            "customer": customer,
            "author": str(author),
            "written_at": talk.at,
            "kind": talk.kind,
            "direction": talk.direction,
            "outcome": talk.outcome,
            "text": talk.text,
        },
    )


@transaction.atomic
def log_talk(
    customer: Customer, talk: Talk, *, author: User, follow_up_on: dt.date | None = None
) -> Note:
    """Write the note with those who took part; the author's due follow-ups are done with it.

    With a day the author follows up then. The same form again changes nothing.
    """
    customer = lock_customer(customer)
    note, is_new = write_note(customer, talk, author=author)
    if not is_new:
        return note
    Participant.objects.bulk_create(
        Participant(customer=customer, note=note, contact=contact) for contact in talk.contacts
    )
    if talk.kind not in NOT_A_TALK and talk.outcome != Note.Outcome.NO_ANSWER:
        touch(talk.contacts, by=author, on=timezone.localdate(talk.at))
        _finish_due(customer, note, author)
    if follow_up_on is not None:
        set_follow_up(customer, on=follow_up_on, note=note, actor=author)
    return note


@transaction.atomic
def finish_with_words(
    task: Task, talk: Talk, *, actor: User, follow_up_on: dt.date | None = None
) -> None:
    """The task is done, its words stand in the file, and the actor follows up on the day given.

    Without words there is no note. RefusedError when the task is closed already.
    """
    customer = lock_customer(task.customer)
    note = write_note(customer, talk, author=actor)[0] if talk.text else None
    finish_task(task, note=note, actor=actor)
    if follow_up_on is not None:
        set_follow_up(customer, on=follow_up_on, note=note, actor=actor)


def _finish_due(customer: Customer, note: Note, author: User) -> None:
    """Plain follow-ups only: a call or visit that was agreed is done when its person says so."""
    due = Task.objects.due(timezone.localdate()).filter(
        customer=customer, assignee=author, kind=Task.Kind.FOLLOW_UP
    )
    for task in due.order_by("pk"):
        finish_task(task, note=note, actor=author)
