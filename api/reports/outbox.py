"""Whether what must be sent is sent."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

LATE = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Outbox:
    """How changes and webhook messages get on."""

    lag: dt.timedelta  # how long the longest has been due without being looked at
    waiting: int  # messages, also those to be tried again later
    off: int  # webhooks switched off because of what they answered

    @property
    def is_late(self) -> bool:
        """Whether nobody seems to send: a receiver that fails does not make it late."""
        return self.lag > LATE

    @property
    def minutes(self) -> int:
        """The lag in whole minutes."""
        return int(self.lag.total_seconds() // 60)


def outbox(now: dt.datetime) -> Outbox:
    """One query; also without an acting user."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT lag, waiting, off FROM api_outbox(%s)", [now])
        return Outbox(*cursor.fetchone())
