"""The log of calls is written down: counts by the hour, failures one by one."""

import datetime as dt
from typing import Any

from django.db import connection, transaction

from api.call_log import take_noted
from api.models import ApiKey, FailedCall

_ADD = """
INSERT INTO api_callcount AS c (key_id, method, route, hour, calls, failures, milliseconds, last_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (key_id, method, route, hour) DO UPDATE
   SET calls = c.calls + excluded.calls, failures = c.failures + excluded.failures,
       milliseconds = c.milliseconds + excluded.milliseconds, last_at = excluded.last_at
"""


@transaction.atomic
def write_calls(now: dt.datetime) -> int:
    """Write down what was noted since the last time; returns how many failures."""
    counts, failures = take_noted()
    hour = now.replace(minute=0, second=0, microsecond=0)
    keys = set(ApiKey.objects.values_list("pk", flat=True))
    rows = [
        (*place, hour, n.get("calls", 0), n.get("failures", 0), n.get("ms", 0), now)
        for place, n in sorted(counts.items())
        if place[0] in keys
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)
    FailedCall.objects.bulk_create(_failed(values, keys) for values in failures)
    return len(failures)


def _failed(values: Any, keys: set[int]) -> FailedCall:
    key, method, route, status, code, milliseconds, request, at = values
    return FailedCall(
        key_id=key if key in keys else None,
        at=dt.datetime.fromtimestamp(at, tz=dt.UTC),
        method=method,
        route=route[:100],
        status=status,
        code=code[:40],
        milliseconds=milliseconds,
        request=request,
    )
