"""What a column may hold: each field type reads a cell and writes it back unchanged.

    Column("amount", _("Amount"), fields.money(minimum=0), required=True)

`parse` gets trimmed, non-empty text and answers the value or raises CellError;
`write` gets a value that is not None and answers the text of the cell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Choices

from core.tables import number_cells, text_cells, time_cells


@dataclass(frozen=True, slots=True)
class FieldType:
    """How one kind of cell is read and written; `empty` is what an empty cell means."""

    parse: Callable[[str], Any]
    write: Callable[[Any], str] = str
    empty: Any = None
    numeric: bool = False  # a number cell in XLSX; in CSV it needs no guard against formulas
    json: Callable[[Any], Any] | None = None  # as JSON holds it; None: the written text


def code(max_length: int = 100, *, empty: Any = "") -> FieldType:
    """Identifier of 1 to `max_length` characters on one line; kept exactly as written."""
    return FieldType(text_cells.code_parser(max_length), empty=empty)


def text(max_length: int = 100, *, empty: Any = "") -> FieldType:
    """Words on one line."""
    return FieldType(text_cells.text_parser(max_length), empty=empty)


def long_text(max_length: int = 10_000, *, empty: Any = "") -> FieldType:
    """Words on several lines."""
    return FieldType(text_cells.text_parser(max_length, lines=True), empty=empty)


def choice(choices: type[Choices], *, empty: Any = "") -> FieldType:
    """One of Django's TextChoices, by value or by label in either language; value is a str."""
    return FieldType(text_cells.choice_parser(choices), empty=empty)


def currency(*, empty: Any = "CNY") -> FieldType:
    """ISO 4217 letters."""
    return FieldType(text_cells.currency_parser(), empty=empty)


def tags() -> FieldType:
    """List of words, separated by commas; empty is [], always the same one: do not change it."""
    return FieldType(text_cells.parse_tags, ",".join, empty=[], json=list)


def boolean(*, empty: Any = False) -> FieldType:
    """true or false (also yes/no, 1/0, 是/否)."""
    return FieldType(text_cells.parse_boolean, _write_boolean, empty=empty, json=bool)


def money(*, minimum: int | None = None, empty: Any = None) -> FieldType:
    """Decimal with two places, at most 16 digits before the point (03 B1)."""
    return number(2, 18, minimum=minimum, empty=empty)


def rate(*, empty: Any = None) -> FieldType:
    """Fraction with six decimals (01 §4)."""
    return number(6, 18, empty=empty)


def number(
    places: int,
    digits: int = 18,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
    empty: Any = None,
) -> FieldType:
    """Decimal with at most `places` decimals, written with exactly so many."""
    return FieldType(
        number_cells.decimal_parser(places, digits, minimum=minimum, maximum=maximum),
        number_cells.decimal_writer(places),
        empty=empty,
        numeric=True,
    )


def integer(minimum: int = 0, maximum: int = 2**31 - 1, *, empty: Any = None) -> FieldType:
    """Whole number between two bounds."""
    return FieldType(
        number_cells.integer_parser(minimum, maximum),
        empty=empty,
        numeric=True,
        json=int,
    )


def date(*, empty: Any = None) -> FieldType:
    """Day; a `datetime.date`."""
    return FieldType(time_cells.parse_date, time_cells.write_date, empty=empty)


def datetime(*, empty: Any = None) -> FieldType:
    """Moment; an aware `datetime.datetime` in UTC, written on Shanghai's clock."""
    return FieldType(time_cells.parse_datetime, time_cells.write_datetime, empty=empty)


def _write_boolean(value: Any) -> str:
    return "true" if value else "false"
