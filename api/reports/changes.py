"""The feed of changes: what dispatch should know anew, in order."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from api.models import Change
from api.reports.service import MOST_CODES, service_of
from core.errors import RefusedError
from customers.models import Customer
from organization.models import User


class CursorTooOldError(RefusedError):
    """What followed the cursor is not kept any more, or the cursor is of another database."""


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of the feed; `position` is where to go on."""

    changes: list[dict[str, Any]]
    position: int
    more: bool


def pass_on(most: int = 5_000) -> int:
    """Number what was committed and write the webhooks' messages; returns how many changes."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT api_pass_on(%s)", [most])
        passed: int = cursor.fetchone()[0]
    return passed


def bounds() -> tuple[int, int]:
    """The first and the last position that is kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT first, last FROM api_feed_bounds()")
        first, last = cursor.fetchone()
    return first, last


def changes_after(position: int | None, user: User, *, size: int, day: dt.date) -> Page:
    """At most `size` changes after the position (None: from the first that is kept).

    An entry tells the state as it is now, so that a reader who is behind never takes a step back.
    CursorTooOldError when changes behind the position are missing.
    """
    pass_on()
    first, last = bounds()
    after = first - 1 if position is None else position
    if not first - 1 <= after <= last:
        raise CursorTooOldError
    seen = Change.objects.visible_to(user).news_to(user).between(after, last)
    found = list(seen[: size + 1])
    more, found = len(found) > size, found[:size]
    services = services_of({change.customer_id for change in found}, user, day)
    return Page(
        changes=[_said(change, services.get(change.customer_id)) for change in found],
        position=int(found[-1].position or 0) if more else last,
        more=more,
    )


def services_of(customers: Collection[int], user: User, day: dt.date) -> dict[int, dict[str, Any]]:
    """How each of these customers is to be served, by id; of a merged file, the one that stays."""
    codes = dict(Customer.objects.filter(pk__in=customers).values_list("code", "pk"))
    found: dict[int, dict[str, Any]] = {}
    asked = sorted(codes)
    for start in range(0, len(asked), MOST_CODES):
        answers = service_of(asked[start : start + MOST_CODES], user, day)
        found |= {codes[code]: service for code, service in answers.items()}
    return found


def _said(change: Change, service: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "code": change.code,
        "at": change.at,
        "changed": change.fields,
        "gone": service is None,
        "service": service,
    }
