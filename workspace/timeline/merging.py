"""Sources into one list, page by page. Pure Python.

Every item has a key; the list is in falling order of (moment, rank of the source, tie inside the
source). A page begins behind the key of the last item of the page before, so that rows that come
or go meanwhile neither repeat nor hide an item. Facts that only have a day stand at its midnight,
behind what has a time of day.
"""

import base64
import binascii
import heapq
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Generic, Protocol, TypeVar

from core.rules import BUSINESS_ZONE

Tie = int | str
_BIGGEST = 2**63 - 1
_YEARS = range(1900, 2200)  # room for calendar arithmetic on either side


@dataclass(frozen=True, slots=True)
class Key:
    """Where an item stands; ties of one source are compared as that source sorts them."""

    at: datetime
    rank: int
    tie: Tie

    def encode(self) -> str:
        """The key as text for a URL."""
        text = json.dumps([self.at.isoformat(), self.rank, self.tie])
        return base64.urlsafe_b64encode(text.encode()).decode()


class Keyed(Protocol):
    """Anything that has its place in the list."""

    @property
    def key(self) -> Key: ...


Entry = TypeVar("Entry", bound=Keyed)
Moment = TypeVar("Moment", datetime, date)


@dataclass(frozen=True, slots=True)
class Reach(Generic[Moment]):
    """How far up a source may go: below `at`, at it too if `inclusive`, or there below `tie`."""

    at: Moment
    inclusive: bool
    tie: Tie | None = None


def decode(text: str, ties: Mapping[int, Callable[[object], Tie]]) -> Key | None:
    """The key in a URL; None for text that is none (the list then begins at its top).

    `ties` says of each rank how its tie is read.
    """
    try:
        at, rank, tie = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or moment.year not in _YEARS:
            return None
        return Key(moment, rank, ties[rank](tie))
    except (ValueError, TypeError, KeyError, ArithmeticError, binascii.Error, RecursionError):
        return None


def number(value: object) -> int:
    """A tie that is a row's number; ValueError for what no row can have."""
    if not isinstance(value, int) or abs(value) > _BIGGEST:
        raise ValueError(value)
    return value


def words(value: object) -> str:
    """A tie that is text; ValueError for what no database stores."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()
    return value


def midnight(day: date) -> datetime:
    """The moment the day begins in Asia/Shanghai: where facts without a time of day stand."""
    return datetime.combine(day, time.min, BUSINESS_ZONE)


def top(day: date) -> Key:
    """Above everything up to the end of `day`, below what is later."""
    return Key(midnight(day + timedelta(days=1)), -1, 0)


def reach(after: Key, rank: int) -> Reach[datetime]:
    """What a source of this rank still has to give behind `after`."""
    if rank == after.rank:
        return Reach(after.at, inclusive=True, tie=after.tie)
    return Reach(after.at, inclusive=rank < after.rank)


def reach_in_days(wanted: Reach[datetime]) -> Reach[date]:
    """The same for a source whose facts have days only."""
    local = wanted.at.astimezone(BUSINESS_ZONE)
    if local.time() > time.min:  # the day's facts stand at its midnight: before the moment
        return Reach(local.date(), inclusive=True)
    return Reach(local.date(), wanted.inclusive, wanted.tie)


def merge(streams: Iterable[Iterable[Entry]], size: int) -> tuple[list[Entry], bool]:
    """The first `size` entries of all streams together, and whether there are more.

    Each stream is in the list's order itself and gives size + 1 entries where it has them.
    """
    merged = heapq.merge(*streams, key=lambda entry: (entry.key.at, entry.key.rank), reverse=True)
    found = list(islice(merged, size + 1))
    return found[:size], len(found) > size
