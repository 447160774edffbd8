"""What one entry of the timeline shows, and the days they stand under."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from core.rules import BUSINESS_ZONE
from workspace.timeline.merging import Key, Reach
from workspace.words import day_label

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Item:
    """One fact: when, what, in which words; `tone` is ok, warn, bad or empty."""

    key: Key
    icon: str
    title: str
    detail: str = ""
    quote: str = ""
    who: str = ""
    tone: str = ""
    has_time: bool = True  # false: only the day is known

    @property
    def day(self) -> date:
        """The business day it belongs to."""
        return self.key.at.astimezone(BUSINESS_ZONE).date()


@dataclass(frozen=True, slots=True)
class DayGroup:
    """The items of one day; without a label where it goes on from the page before."""

    day: date
    label: str
    items: list[Item]


def by_day(items: Iterable[Item], today: date, continued: date | None) -> list[DayGroup]:
    """Items in their order, grouped; `continued` is the day the page before ended in."""
    return [
        DayGroup(day, "" if day == continued else day_label(day, today), list(group))
        for day, group in groupby(items, key=lambda item: item.day)
    ]


def in_order(items: Iterable[Item]) -> list[Item]:
    """Items of several ranks, latest first; the ties of each rank are numbers."""
    return sorted(items, key=lambda item: (item.key.at, item.key.rank, item.key.tie), reverse=True)


def joined(*parts: object) -> str:
    """The parts that say something, in one line."""
    return " · ".join(str(part) for part in parts if part)


def behind(
    rows: QuerySet[Row], field: str, wanted: Reach[datetime] | Reach[date], size: int
) -> QuerySet[Row]:
    """The latest `size` rows by `field` that a source may still give."""
    at = wanted.at
    if wanted.tie is not None:
        rows = rows.filter(Q(**{f"{field}__lt": at}) | Q(pk__lt=wanted.tie))
    bound = "lte" if wanted.inclusive else "lt"
    return rows.filter(**{f"{field}__{bound}": at}).order_by(f"-{field}", "-pk")[:size]
