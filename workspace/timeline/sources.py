"""Where the timeline's items come from: one query a source, each behind the same key.

A source of several ranks tells several facts in one query: a due date and a settlement of the same
rows; promises, letters and contracts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from customers.models import Customer
from organization.models import User
from organization.permissions import Action, can
from workspace.timeline import agreed, complaints, credit, hands, money, people, running
from workspace.timeline.items import Item
from workspace.timeline.merging import (
    Key,
    Tie,
    decode,
    merge,
    number,
    reach,
    reach_in_days,
    top,
    words,
)

PAGE = 12
SHOWS = ("", "people", "money")


@dataclass(frozen=True, slots=True)
class Source:
    """`read(user, customer, reach, size)`; `shows` are the filters it belongs to besides all.

    With several ranks `read` takes a reach for each.
    """

    ranks: tuple[int, ...]
    read: Callable[..., list[Item]]
    shows: tuple[str, ...] = ()
    in_days: bool = False  # its facts have days, not moments
    by_filter: bool = False  # it gives only a part of its items under a filter
    action: Action = Action.VIEW_CUSTOMERS
    tie: Callable[[object], Tie] = number


_RECEIVABLES: dict[str, Any] = {
    "shows": ("money",),
    "in_days": True,
    "action": Action.VIEW_RECEIVABLES,
}
_BOTH: dict[str, Any] = {"shows": ("people", "money"), "in_days": True, "by_filter": True}
SOURCES = (
    Source((people.NOTES,), people.notes, ("people",)),
    Source((people.RESPONSES,), people.responses, ("people",)),
    Source((complaints.SOLVED, complaints.RECEIVED), complaints.complaints, ("people",)),
    Source((credit.FILES,), credit.files, ("people",)),
    Source((credit.LIMITS,), credit.limits, ("money",), action=Action.VIEW_CREDIT),
    Source((hands.HANDOVERS,), hands.handovers, ("people",)),
    Source((hands.POOL,), hands.pool, ("people",)),
    Source((running.EDITS,), running.edits, ("people",), by_filter=True),
    Source((running.EXCEPTIONS,), running.exceptions, tie=words),
    Source((money.RECEIPTS,), money.receipts, **_RECEIVABLES),
    Source((money.SETTLED, money.DUE), money.lines, **_RECEIVABLES),
    Source(
        (agreed.PROMISES, agreed.LETTERS, agreed.ENDED, agreed.BEGUN, agreed.CONTRACTS),
        agreed.agreed,
        **_RECEIVABLES,
    ),
    Source((running.CLOSED, running.OPENED), running.alerts, **_BOTH),
    Source((running.MONTHS,), running.months, in_days=True, tie=words),
)
_TIES = {rank: source.tie for source in SOURCES for rank in source.ranks}


@dataclass(frozen=True, slots=True)
class Page:
    """Some items, the day the page before ended in, and where the next begins ("" at the end)."""

    items: list[Item]
    continued: date | None
    next: str


def read(user: User, customer: Customer, today: date, *, show: str, after: str) -> Page:
    """The next items behind `after`, up to the end of `today`; `show` is one of SHOWS."""
    known = decode(after, _TIES) if after else None
    begin = known or top(today)
    streams = [
        _give(source, user, customer, show, begin)
        for source in SOURCES
        if can(user, source.action) and (not show or show in source.shows)
    ]
    items, has_more = merge(streams, PAGE)
    return Page(
        items,
        continued=Item(known, "", "").day if known else None,
        next=items[-1].key.encode() if has_more else "",
    )


def _give(source: Source, user: User, customer: Customer, show: str, begin: Key) -> list[Item]:
    """The source's items behind `begin`, as many as could stand on one page, and one more."""
    options = {"show": show} if source.by_filter else {}
    moments = [reach(begin, rank) for rank in source.ranks]
    wanted = [reach_in_days(moment) for moment in moments] if source.in_days else moments
    return source.read(user, customer, *wanted, PAGE + 1, **options)
