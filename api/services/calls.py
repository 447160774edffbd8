"""The log of calls: counted in the process and written down together; look-ups stay cheap."""

import datetime as dt
import threading
import time
from dataclasses import dataclass, field

from django.db import connection, transaction

from api.models import CallCount, FailedCall

_EVERY = 10.0  # seconds between two writes of this process
_AFTER_FAILURE = 1.0
_MOST_FAILURES = 200  # kept between two writes; beyond that they are only counted


@dataclass(slots=True)
class _Pending:
    """What this process has counted and not written yet."""

    written: float = 0.0
    counts: dict[tuple[int, str, str, dt.datetime], CallCount] = field(default_factory=dict)
    failures: list[FailedCall] = field(default_factory=list)


_pending = _Pending()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Call:
    """One call and how it was answered."""

    key: int | None
    method: str
    route: str
    status: int
    code: str  # of the problem, if it was one
    milliseconds: int
    request: str
    at: dt.datetime


def note_call(call: Call) -> None:
    """Count the call; now and then, and soon after a failure, write down what was counted."""
    with _lock:
        _count(call)
        waited = time.monotonic() - _pending.written
        if waited < (_AFTER_FAILURE if call.code else _EVERY):
            return
        counts, failures = list(_pending.counts.values()), _pending.failures
        _pending.counts, _pending.failures = {}, []
        _pending.written = time.monotonic()
    _write(counts, failures)


def _count(call: Call) -> None:
    if call.key is not None:
        hour = call.at.replace(minute=0, second=0, microsecond=0)
        place = (call.key, call.method, call.route, hour)
        count = _pending.counts.setdefault(
            place,
            CallCount(
                key_id=call.key, method=call.method, route=call.route, hour=hour, last_at=call.at,
                calls=0, failures=0, milliseconds=0,
            ),
        )  # fmt: skip
        count.calls += 1
        count.failures += bool(call.code)
        count.milliseconds += call.milliseconds
        count.last_at = call.at
    if call.code and len(_pending.failures) < _MOST_FAILURES:
        failed = FailedCall(
            key_id=call.key, at=call.at, method=call.method, route=call.route,
            status=call.status, code=call.code, milliseconds=call.milliseconds,
            request=call.request,
        )  # fmt: skip
        _pending.failures.append(failed)


_ADD = """
INSERT INTO api_callcount AS c (key_id, method, route, hour, calls, failures, milliseconds, last_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (key_id, method, route, hour) DO UPDATE
   SET calls = c.calls + excluded.calls, failures = c.failures + excluded.failures,
       milliseconds = c.milliseconds + excluded.milliseconds,
       last_at = greatest(c.last_at, excluded.last_at)
"""


@transaction.atomic
def _write(counts: list[CallCount], failures: list[FailedCall]) -> None:
    FailedCall.objects.bulk_create(failures)
    ordered = sorted(counts, key=lambda each: (each.key_id, each.method, each.route, each.hour))
    with connection.cursor() as cursor:
        cursor.executemany(
            _ADD,
            [
                (
                    c.key_id,
                    c.method,
                    c.route,
                    c.hour,
                    c.calls,
                    c.failures,
                    c.milliseconds,
                    c.last_at,
                )
                for c in ordered
            ],
        )
