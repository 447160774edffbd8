"""A picture with the very same numbers as a table; units say how both write them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from core.formats import NOTHING, count_compact, money_compact, money_full, signed
from core.rules import percent, rounded

Number = Decimal | int
Cell = Number | str | None
Kind = Literal["count", "number", "percent", "points", "money", "text"]
Option = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unit:
    """How a figure is written: `percent` takes fractions, `points` always shows its sign."""

    kind: Kind
    places: int = 0
    currency: str = ""

    @property
    def mark(self) -> str:
        """What stands in an option where ECharts wants a function; charts.js puts it there."""
        return f"@{self.kind}:{self.currency or self.places}"

    def write(self, value: Cell, *, chinese: bool = False, compact: bool = False) -> str:
        """The figure in words, a dash for none; `compact` as on an axis, else in full."""
        if value is None:
            return NOTHING
        if isinstance(value, str):
            return value
        if self.kind == "count":
            return count_compact(int(value), chinese=chinese) if compact else f"{int(value):,}"
        if self.kind == "money":
            if compact:
                return money_compact(Decimal(value), self.currency, chinese=chinese)
            return money_full(Decimal(value), self.currency)
        return self._plain(Decimal(value))

    def _plain(self, value: Decimal) -> str:
        if self.kind == "percent":
            return f"{percent(value, self.places)}%"
        if self.kind == "points":
            return signed(value, self.places)
        return f"{rounded(value, self.places):,}"


COUNT = Unit("count")
NUMBER = Unit("number", 2)
PERCENT = Unit("percent", 1)
POINTS = Unit("points", 1)
TEXT = Unit("text")


def amount_in(currency: str) -> Unit:
    """Money of one currency."""
    return Unit("money", currency=currency)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table."""

    label: str
    unit: Unit = TEXT


@dataclass(frozen=True, slots=True)
class Chart:
    """What `<c-chart :chart="..." />` shows.

    `name`: of the saved picture; `summary`: the picture in one sentence; `option`: for ECharts,
    plain values only, where colours are `var(--token)` and formatters marks of units; `head`,
    `rows`: the same numbers; `links`: an address for each row, or nothing.
    """

    name: str
    summary: str
    option: Option
    head: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    links: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether no row holds a number: there is nothing to draw."""
        return not any(plottable(cell) for row in self.rows for cell in row)

    @property
    def json(self) -> str:
        """The option as the page carries it; ValueError for NaN and infinity."""
        return json.dumps(self.option, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def plottable(cell: Cell) -> bool:
    """Whether the cell is a number."""
    return isinstance(cell, Decimal | int)


def plain(value: Number | None) -> float | int | None:
    """A number as JSON knows it; ValueError for one that is not finite."""
    if value is None or isinstance(value, int):
        return value
    if not value.is_finite():
        raise ValueError(f"{value} cannot be drawn")
    return int(value) if value == value.to_integral_value() else float(value)


def plain_all(values: Sequence[Number | None]) -> list[float | int | None]:
    """Every number as JSON knows it."""
    return [plain(value) for value in values]
