"""Protect CSV cells against being run as formulas, so that reading gives back the same text.

A cell that begins with = + - @ TAB or CR gets an apostrophe in front. A text that already
begins with apostrophes followed by such a character gets one more, so `unguard` is exact.
"""

import re

_DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
# Short enough for Excel to keep every digit, and it means nothing but itself.
_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]+)?")


def guard(cell: str) -> str:
    """Return the cell as it is safe to write into a CSV file."""
    return "'" + cell if _DANGEROUS.match(cell) else cell


def guard_unless_number(cell: str) -> str:
    """Return the cell guarded, but a plain negative number as it stands."""
    return cell if _NUMBER.fullmatch(cell) else guard(cell)


def unguard(cell: str) -> str:
    """Return what `guard` was given; other text as it stands."""
    return cell[1:] if cell.startswith("'") and _DANGEROUS.match(cell) else cell
