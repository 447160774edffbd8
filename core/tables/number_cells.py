"""Pure functions for cells that hold numbers: money, weights, rates, counts."""

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from core.tables.errors import CellError

# 1,234,567.89 with the separators where they belong; 1,23 is more likely a decimal comma.
_NUMBER = re.compile(r"[-+]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_MINUS = str.maketrans("\u2212\u2013", "--")


def decimal_parser(
    places: int,
    digits: int = 18,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
) -> Callable[[str], Decimal]:
    """Return a parser of numbers with at most `places` decimals and `digits` digits altogether.

    More decimals than that are refused, never rounded: the writer of the file decides (03 B1).
    """
    decimals = rf"(?:\.[0-9]{{1,{places}}})?" if places else ""
    usual = re.compile(rf"-?[0-9]{{1,{digits - places}}}{decimals}")

    def parse(cell: str) -> Decimal:
        number = Decimal(cell if usual.fullmatch(cell) else _tidied(cell, places, digits))
        if minimum is not None and number < minimum:
            raise CellError(_below(cell, minimum))
        if maximum is not None and number > maximum:
            raise CellError(_("{cell} is more than {limit}").format(cell=cell, limit=maximum))
        return number

    return parse


def integer_parser(minimum: int = 0, maximum: int = 2**31 - 1) -> Callable[[str], int]:
    """Return a parser of whole numbers between two bounds; 5.0 is 5."""
    decimal = decimal_parser(0, 18, minimum=minimum, maximum=maximum)

    def parse(cell: str) -> int:
        return int(decimal(cell))

    return parse


def decimal_writer(places: int) -> Callable[[Decimal | int | float], str]:
    """Return a writer of numbers with exactly `places` decimals, half up, never -0."""
    unit = Decimal(1).scaleb(-places)

    def write(value: Decimal | int | float) -> str:
        exact = value if isinstance(value, Decimal) else Decimal(str(value))
        rounded = exact.quantize(unit, rounding=ROUND_HALF_UP)
        return format(abs(rounded) if rounded.is_zero() else rounded, "f")

    return write


def _tidied(cell: str, places: int, digits: int) -> str:
    """Return an unusually written number as Decimal reads it, or say why it is none."""
    text = unicodedata.normalize("NFKC", cell).translate(_MINUS).strip().removeprefix("¥")
    if not _NUMBER.fullmatch(text):
        raise CellError(_("“{cell}” is not a number: write it like 1234.50").format(cell=cell[:40]))
    whole, _point, decimals = text.replace(",", "").partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > places:
        raise CellError(_too_fine(cell, places))
    if len(whole.lstrip("+-0")) > digits - places:
        raise CellError(
            _("{cell} is too large: at most {digits} digits before the point are taken").format(
                cell=cell[:40], digits=digits - places
            )
        )
    return f"{whole}.{decimals}" if decimals else whole


def _too_fine(cell: str, places: int) -> str:
    if places == 0:
        return _("{cell} is not a whole number").format(cell=cell[:40])
    return _("{cell} has more than {places} decimals: round it first").format(
        cell=cell[:40], places=places
    )


def _below(cell: str, minimum: int) -> str:
    if minimum == 0:
        return _("{cell} is negative: only 0 or more is taken here").format(cell=cell[:40])
    return _("{cell} is less than {limit}").format(cell=cell[:40], limit=minimum)
