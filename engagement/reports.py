"""How much waits for a person."""

import datetime as dt
from collections.abc import Collection

from engagement.models import Alert
from organization.models import User

SHOWN = 99  # badges say "99+" beyond


def open_alert_count(user: User, today: dt.date, kinds: Collection[str]) -> int:
    """Alerts of these kinds that wait for the person, at most SHOWN + 1: counting all is slow."""
    waiting = Alert.objects.visible_to(user).waiting(today).filter(kind__in=kinds)
    return waiting.order_by()[: SHOWN + 1].count()
