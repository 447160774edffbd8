"""How much waits for a person, and whose files hang on one head."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value

from customers.models import Contact, Customer, Share
from engagement.models import Alert, Note, Task
from engagement.rules import risks
from organization.models import User

SHOWN = 99  # badges say "99+" beyond


def open_alerts(user: User, today: dt.date, kinds: Collection[str]) -> QuerySet[Alert]:
    """Alerts of these kinds that wait for the person."""
    return Alert.objects.visible_to(user).waiting(today).filter(kind__in=kinds)


def due_tasks(user: User, today: dt.date) -> QuerySet[Task]:
    """Tasks the person answers for that are to be done today or should have been."""
    return Task.objects.visible_to(user).work_of(user).due(today)


def open_alert_count(user: User, today: dt.date, kinds: Collection[str]) -> int:
    """How many of them, at most SHOWN + 1: counting all is slow."""
    return open_alerts(user, today, kinds).order_by()[: SHOWN + 1].count()


def counted_up(rows: Mapping[str, QuerySet[Any]]) -> Counter[str]:
    """How many rows each has, at most SHOWN + 1 of each; one query for all of them."""
    parts = [
        found.order_by()
        .annotate(counted=Value(name, output_field=CharField()))
        .values_list("counted", flat=True)[: SHOWN + 1]
        for name, found in rows.items()
    ]
    first, *others = parts
    return Counter(first.union(*others, all=True) if others else first)


def capped(number: int) -> str:
    """The number as a badge says it: "" for none, "99+" beyond what is counted."""
    return f"{SHOWN}+" if number > SHOWN else str(number or "")


def at_risk(customers: QuerySet[Customer], day: dt.date, question: str) -> QuerySet[Customer]:
    """Those of the customers whose file hangs on one head as of `day` (engagement.rules.risks).

    `question` is one of QUESTIONS, or "all_three".
    """
    managed = customers.filter(account_manager__isnull=False).exclude(status="lost")
    asked = risks.QUESTIONS if question == "all_three" else (question,)
    for each in asked:
        managed = managed.exclude(_SAFE[each](day))
    return managed


def _known_to_several(day: dt.date) -> Q:
    helping = Share.objects.filter(customer=OuterRef("pk"), read_only=False)
    helping = helping.filter(Q(until=None) | Q(until__gt=day))
    notes = _notes(day, risks.KNOWN_DAYS).order_by().values("customer")
    several = notes.annotate(authors=Count("author", distinct=True)).filter(authors__gte=2)
    return Q(Exists(helping)) | Q(Exists(several))


def _second_contact(_day: dt.date) -> Q:
    contacts = Contact.objects.filter(customer=OuterRef("pk"), is_active=True)
    numbers = contacts.order_by().values("customer").annotate(number=Count("pk"))
    return Q(Exists(numbers.filter(number__gte=risks.CONTACTS)))


def _visited(day: dt.date) -> Q:
    return Q(Exists(_notes(day, risks.VISIT_DAYS).filter(kind=Note.Kind.VISIT)))


def _notes(day: dt.date, days: int) -> QuerySet[Note]:
    begin, end = risks.time_of(day, days)
    return Note.objects.filter(customer=OuterRef("pk"), written_at__gte=begin, written_at__lt=end)


_SAFE = {"alone": _known_to_several, "one_contact": _second_contact, "unvisited": _visited}
