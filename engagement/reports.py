"""How much waits for a person."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import CharField, QuerySet, Value

from engagement.models import Alert
from organization.models import User

SHOWN = 99  # badges say "99+" beyond


def open_alerts(user: User, today: dt.date, kinds: Collection[str]) -> QuerySet[Alert]:
    """Alerts of these kinds that wait for the person."""
    return Alert.objects.visible_to(user).waiting(today).filter(kind__in=kinds)


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
