"""Pages of a sorted list by position instead of by number: no OFFSET, stable while rows change.

A list is sorted by one field and a tie-breaker, both in the same direction, so that one index
serves both directions. Rows without a value come last either way, sorted by the tie-breaker.
"""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
_BIGGEST = 2**63 - 1
_AMOUNTS = 10**18


def read_number(text: str) -> int:
    """A whole number of a cursor; ValueError for what no row can have."""
    found = int(text)
    if abs(found) > _BIGGEST:
        raise ValueError(text)
    return found


def read_amount(text: str) -> Decimal:
    """An amount of a cursor; ValueError for what no row can have."""
    found = Decimal(text)
    if not found.is_finite() or abs(found) >= _AMOUNTS:
        raise ValueError(text)
    return found


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is sorted by; `parse` reads the field's value back from a cursor."""

    field: str
    tie: str = "pk"  # unique, or unique among rows that are equal in `field`
    descending: bool = False
    nullable: bool = False
    parse: Callable[[str], Any] = str
    parse_tie: Callable[[str], Any] = read_number


@dataclass(frozen=True, slots=True)
class Position:
    """Behind which row a page begins; `value` None: among those without a value."""

    value: Any
    tie: Any

    def encode(self) -> str:
        """The position as text for a URL."""
        value = None if self.value is None else str(self.value)
        return base64.urlsafe_b64encode(json.dumps([value, str(self.tie)]).encode()).decode()


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and where the next page begins ("" after the last)."""

    rows: list[Row]
    next: str


def decode(text: str, order: Order) -> Position | None:
    """The position in a URL; None for text that is none (the list then begins at its top)."""
    try:
        value, tie = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
        parsed = None if value is None else order.parse(_storable(value))
        return Position(parsed, order.parse_tie(_storable(tie)))
    except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError):
        return None


def read_page(queryset: QuerySet[Row], order: Order, after: str, size: int) -> Page[Row]:
    """The next `size` rows behind `after`; one query, or two where rows without a value begin."""
    position = decode(after, order) if after else None
    rows: list[Row] = []
    if position is None or position.value is not None:
        rows = list(_with_value(queryset, order, position)[: size + 1])
    if order.nullable and len(rows) <= size:
        without = _without_value(queryset, order, position)
        rows += list(without[: size + 1 - len(rows)])
    if len(rows) <= size:
        return Page(rows, "")
    last = rows[size - 1]
    return Page(rows[:size], Position(_value(last, order.field), _value(last, order.tie)).encode())


def _storable(value: object) -> str:
    """Text the database can compare with; ValueError for halves of characters and NUL."""
    text = str(value)
    if b"\0" in text.encode():
        raise ValueError("NUL")
    return text


def _with_value(queryset: QuerySet[Row], order: Order, position: Position | None) -> QuerySet[Row]:
    if order.nullable:
        queryset = queryset.filter(**{f"{order.field}__isnull": False})
    if position is not None:
        beyond, upto = ("lt", "lte") if order.descending else ("gt", "gte")
        # The first condition alone lets the index start at the position.
        queryset = queryset.filter(
            Q(**{f"{order.field}__{beyond}": position.value})
            | Q(**{f"{order.tie}__{beyond}": position.tie}),
            **{f"{order.field}__{upto}": position.value},
        )
    sign = "-" if order.descending else ""
    return queryset.order_by(f"{sign}{order.field}", f"{sign}{order.tie}")


def _without_value(
    queryset: QuerySet[Row], order: Order, position: Position | None
) -> QuerySet[Row]:
    queryset = queryset.filter(**{f"{order.field}__isnull": True})
    if position is not None and position.value is None:
        queryset = queryset.filter(**{f"{order.tie}__gt": position.tie})
    return queryset.order_by(order.tie)


def _value(row: Model, path: str) -> Any:
    return getattr(row, path)
