"""Calls as they come: counted in Redis, which a worker empties into the database.

A look-up is asked thousands of times a minute: writing a row for each would cost more than it does.
Losing Redis loses some seconds of counts. No code of a customer is noted, only the route.
"""

import json
import time

from redis.client import Pipeline

from core.patience import ask

COUNTS, FAILURES = "api:log:counts", "api:log:failures"
_MOST_FAILURES = 1_000  # between two emptyings; more are only counted
Counts = dict[tuple[int, str, str], dict[str, int]]


def note_call(
    *,
    key: int | None,
    place: tuple[str, str],
    status: int,
    code: str,
    milliseconds: int,
    request: str,
) -> None:
    """Count the call of the key at the place (method and route); keep it if it failed."""

    def fill(pipe: Pipeline) -> None:
        if key is not None:
            name = json.dumps([key, *place])
            for what, number in (("calls", 1), ("failures", int(bool(code))), ("ms", milliseconds)):
                if number:
                    pipe.hincrby(COUNTS, f"{what} {name}", number)
        if code:
            failed = [key, *place, status, code, milliseconds, request, time.time()]
            pipe.rpush(FAILURES, json.dumps(failed))
            pipe.ltrim(FAILURES, -_MOST_FAILURES, -1)

    if key is not None or code:
        ask(fill)


def take_noted() -> tuple[Counts, list[list[object]]]:
    """What was counted since it was taken last, by key, method and route; and what failed."""
    answers = ask(
        lambda pipe: (
            pipe.hgetall(COUNTS),
            pipe.lrange(FAILURES, 0, -1),
            pipe.delete(COUNTS, FAILURES),
        ),
        together=True,
    )
    if answers is None:
        return {}, []
    counts: Counts = {}
    for field, number in answers[0].items():
        what, _blank, name = field.decode().partition(" ")
        key, method, route = json.loads(name)
        counts.setdefault((key, method, route), {})[what] = int(number)
    return counts, [json.loads(text) for text in answers[1]]
