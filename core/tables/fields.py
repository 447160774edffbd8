"""What a column may hold: each field type reads a cell and writes it back unchanged.

    Column("amount", _("Amount"), fields.money(minimum=0), required=True)

`parse` gets trimmed, non-empty text and answers the value or raises CellError;
`write` gets a value that is not None and answers the text of the cell.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext as _

from core.tables import number_cells, text_cells, time_cells

_BIG = 10**6  # bounds from here on tell people nothing


@dataclass(frozen=True, slots=True)
class FieldType:
    """How one kind of cell is read and written; `empty` is what an empty cell means."""

    parse: Callable[[str], Any]
    write: Callable[[Any], str] = str
    empty: Any = None
    numeric: bool = False  # a number cell in XLSX; in CSV it needs no guard against formulas
    json: Callable[[Any], Any] | None = None  # as JSON holds it; None: the written text
    hint: Callable[[], str] = str  # what people may write into a cell, in their language


def code(max_length: int = 100, *, empty: Any = "") -> FieldType:
    """Identifier of 1 to `max_length` characters on one line; kept exactly as written."""
    parse = text_cells.code_parser(max_length)
    return FieldType(parse, empty=empty, hint=lambda: _at_most(max_length))


def text(max_length: int = 100, *, empty: Any = "") -> FieldType:
    """Words on one line."""
    parse = text_cells.text_parser(max_length)
    return FieldType(parse, empty=empty, hint=lambda: _at_most(max_length))


def long_text(max_length: int = 10_000, *, empty: Any = "") -> FieldType:
    """Words on several lines."""
    parse = text_cells.text_parser(max_length, lines=True)
    return FieldType(parse, empty=empty, hint=lambda: _at_most(max_length))


def choice(choices: type[Choices], *, empty: Any = "") -> FieldType:
    """One of Django's TextChoices, by value or by label in either language; value is a str."""
    parse = text_cells.choice_parser(choices)
    return FieldType(parse, empty=empty, hint=lambda: text_cells.choice_words(choices))


def currency(*, empty: Any = "CNY") -> FieldType:
    """ISO 4217 letters."""
    parse = text_cells.currency_parser()
    return FieldType(parse, empty=empty, hint=lambda: _("three letters, such as CNY"))


def tags() -> FieldType:
    """List of words, separated by commas; empty is [], always the same one: do not change it."""
    parse, write = text_cells.parse_tags, ",".join
    return FieldType(
        parse, write, empty=[], json=list, hint=lambda: _("words, separated by commas")
    )


def boolean(*, empty: Any = False) -> FieldType:
    """true or false (also yes/no, 1/0, 是/否)."""
    parse = text_cells.parse_boolean
    return FieldType(parse, _write_boolean, empty=empty, json=bool, hint=lambda: _("true or false"))


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
        hint=lambda: _number_hint(places, minimum, maximum),
    )


def integer(minimum: int = 0, maximum: int = 2**31 - 1, *, empty: Any = None) -> FieldType:
    """Whole number between two bounds."""
    return FieldType(
        number_cells.integer_parser(minimum, maximum),
        empty=empty,
        numeric=True,
        json=int,
        hint=lambda: _number_hint(0, minimum, None if maximum > _BIG else maximum),
    )


def date(*, empty: Any = None) -> FieldType:
    """Day; a `datetime.date`."""
    parse, write = time_cells.parse_date, time_cells.write_date
    return FieldType(parse, write, empty=empty, hint=lambda: _("a day, such as 2026-03-31"))


def datetime(*, empty: Any = None) -> FieldType:
    """Moment; an aware `datetime.datetime` in UTC, written on Shanghai's clock."""
    parse, write = time_cells.parse_datetime, time_cells.write_datetime
    return FieldType(
        parse, write, empty=empty, hint=lambda: _("day and time, such as 2026-03-31 08:30")
    )


def _at_most(length: int) -> str:
    return _("text of at most {count} characters").format(count=length)


def _number_hint(places: int, minimum: int | None, maximum: int | None) -> str:
    number = _("a whole number")
    if places:
        number = _("a number with up to {places} decimals").format(places=places)
    if maximum is not None:
        bounds = _("{number}, from {minimum} to {maximum}")
    elif minimum is not None:
        bounds = _("{number}, {minimum} or more")
    else:
        bounds = "{number}"
    return bounds.format(number=number, minimum=minimum, maximum=maximum)


def _write_boolean(value: Any) -> str:
    return "true" if value else "false"
