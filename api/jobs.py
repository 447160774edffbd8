"""The drainer: committed changes become messages, due messages are sent, each try is written down.

Nothing is sent inside a transaction. A sender that is killed has claimed messages for a while only:
another one then sends them under the same ids.
"""

import datetime as dt
import random
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from api.models import Attempt, Delivery, Endpoint
from api.reports.changes import pass_on
from api.rules.retries import OFF_AFTER, Verdict, asked_wait, rest, verdict, wait
from api.services.messages import compose
from api.services.signing import headers, keys_of
from core import sql
from core.outgoing import Answer, NoAnswerError, RefusedUrlError, post

SQL = Path(__file__).parent / "sql"
AT_ONCE = 8  # messages of one webhook
LEASE = dt.timedelta(minutes=2)  # several times the longest call
_CHANGES_AT_ONCE = 5_000
_KEPT_ANSWER = 500
_AGENT = {"content-type": "application/json", "user-agent": "Yihu-Webhooks/1"}


@dataclass(frozen=True, slots=True)
class Try:
    """What came of sending one message."""

    delivery: Delivery
    answer: Answer | None
    error: str
    milliseconds: int


def note_dated_terms(day: dt.date) -> int:
    """Tell dispatch of customers that settle otherwise from the day after on; returns how many."""
    [(told,)] = sql.rows(SQL / "note_dated_terms.sql", day=day)
    return int(told)


def drain(seconds: float) -> int:
    """Pass on and send until nothing is due or the time is up; returns how many tries.

    One process at a time, so that slow receivers do not occupy all workers.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('api_drain'))")
        if not cursor.fetchone()[0]:
            return 0
    try:
        return _drain(time.monotonic() + seconds)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('api_drain'))")


def _drain(end: float) -> int:
    tries = 0
    while time.monotonic() < end:
        while pass_on(_CHANGES_AT_ONCE) == _CHANGES_AT_ONCE:
            pass
        made = send_due(timezone.now())
        tries += made
        if not made:
            break
    return tries


def send_due(now: dt.datetime) -> int:
    """Send one batch of what is due, at the same time; returns how many tries were made."""
    started = time.monotonic()
    claimed = claim(now)
    if not claimed:
        return 0
    bodies = compose(claimed, timezone.localdate(now))
    with ThreadPoolExecutor(max_workers=min(len(claimed), 4 * AT_ONCE)) as pool:
        sent = partial(_send, now=now)
        tries = list(pool.map(sent, claimed, [bodies[delivery.pk] for delivery in claimed]))
    write_down(tries, now + dt.timedelta(seconds=time.monotonic() - started))
    return len(tries)


@transaction.atomic
def claim(now: dt.datetime) -> list[Delivery]:
    """Messages that are ours to send within `LEASE`."""
    values = {"now": now, "each": AT_ONCE, "lease": LEASE}
    ids = [number for (number,) in sql.rows(SQL / "claim.sql", **values)]
    found = Delivery.objects.select_related("endpoint__system__org_unit").filter(pk__in=ids)
    return list(found.order_by("pk"))


def _send(delivery: Delivery, body: bytes, *, now: dt.datetime) -> Try:
    """One call; touches no database, for it runs in a thread."""
    started = time.monotonic()
    answer, error = None, ""
    keys = keys_of(delivery.endpoint, now)
    if keys:
        signed = headers(delivery.message, body, keys=keys, now=now)
        try:
            answer = post(delivery.endpoint.url, body=body, headers={**_AGENT, **signed})
        except (RefusedUrlError, NoAnswerError) as problem:
            error = str(problem)
    else:
        error = "the secret cannot be read: rotate it"
    return Try(delivery, answer, error, round((time.monotonic() - started) * 1000))


@transaction.atomic
def write_down(tries: Sequence[Try], now: dt.datetime) -> None:
    """The log of tries, the messages' states and how their webhooks are."""
    ids = {each.delivery.endpoint_id for each in tries}
    endpoints = Endpoint.objects.select_for_update().order_by("pk").in_bulk(ids)
    Attempt.objects.bulk_create(_logged(each, now) for each in tries)
    for each in tries:
        endpoint = endpoints[each.delivery.endpoint_id]
        outcome = verdict(each.answer.status if each.answer else None)
        asked = asked_wait(each.answer.headers.get("retry-after", ""), now) if each.answer else None
        _settle(each.delivery, outcome, asked, now)
        _judge(endpoint, outcome, asked, now)
    Delivery.objects.bulk_update(
        [each.delivery for each in tries], ["state", "next_try_at", "finished_at"]
    )
    Endpoint.objects.bulk_update(
        endpoints.values(), ["is_active", "off", "failing_since", "failures", "rests_until"]
    )


def _logged(each: Try, now: dt.datetime) -> Attempt:
    body = each.answer.body[:_KEPT_ANSWER] if each.answer else b""
    return Attempt(
        delivery=each.delivery,
        at=now,
        status=each.answer.status if each.answer else None,
        milliseconds=each.milliseconds,
        error=each.error[:200],
        answer=body.decode("utf-8", "replace").replace("\0", "\ufffd"),
    )


def _settle(
    delivery: Delivery, outcome: Verdict, asked: dt.timedelta | None, now: dt.datetime
) -> None:
    """Arrived, given up, or to be tried again."""
    if outcome == Verdict.DELIVERED:
        delivery.state, delivery.finished_at = Delivery.State.DELIVERED, now
        return
    delivery.next_try_at = now + wait(delivery.attempts, chance=_chance(), asked=asked)
    if outcome == Verdict.GONE or delivery.next_try_at > delivery.give_up_at:
        delivery.state, delivery.finished_at = Delivery.State.FAILED, now


def _judge(
    endpoint: Endpoint, outcome: Verdict, asked: dt.timedelta | None, now: dt.datetime
) -> None:
    """A webhook that only fails rests, and is switched off in the end; one success clears it."""
    if outcome == Verdict.DELIVERED:
        endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
        return
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    pause = max(filter(None, (asked, rest(endpoint.failures, chance=_chance()))), default=None)
    if pause:
        endpoint.rests_until = now + pause
    if outcome == Verdict.GONE:
        endpoint.is_active, endpoint.off = False, Endpoint.Off.GONE
    elif endpoint.is_active and now - endpoint.failing_since >= OFF_AFTER:
        endpoint.is_active, endpoint.off = False, Endpoint.Off.FAILING


def _chance() -> float:
    return random.random()  # noqa: S311  (spreads retries, guards nothing)
