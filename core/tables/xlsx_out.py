"""Write XLSX in which nothing is live: every cell is text or a number, never a formula (R17)."""

import re
import tempfile
from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from core.tables.errors import TableError
from core.tables.schema import Column

MAX_CELL = 32_767  # characters; Excel and openpyxl would silently cut the rest
MAX_ROWS = 1_048_575  # below the header
_EXACT_DIGITS = 15  # what a number cell keeps
# What XML cannot hold or would change, and what would be taken for its escape (ECMA-376 22.9.2.19).
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def write_xlsx(columns: Sequence[Column], rows: Iterable[Sequence[Any]], stream: BinaryIO) -> None:
    """Write one sheet; TableError when a text or the number of rows is more than XLSX holds."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("data")
    try:
        _fill(sheet, columns, rows)
    except BaseException:
        with tempfile.TemporaryFile() as nowhere:  # saving is how openpyxl tidies up after itself
            book.save(nowhere)
        raise
    book.save(stream)


def _fill(sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    sheet.append([_text_cell(sheet, column.name) for column in columns])
    for count, row in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise TableError(
                _("XLSX holds {limit} rows at most: export as CSV").format(limit=MAX_ROWS)
            )
        sheet.append([_cell(sheet, c, v) for c, v in zip(columns, row, strict=True)])


def _cell(sheet: Any, column: Column, value: Any) -> Any:
    if value is None:
        return None
    written = column.type.write(value)
    if not column.type.numeric or sum(map(str.isdigit, written)) > _EXACT_DIGITS:
        return _text_cell(sheet, written) if written else None
    cell = WriteOnlyCell(sheet, float(written))
    _whole, point, decimals = written.partition(".")
    cell.number_format = "0" + point + "0" * len(decimals)
    return cell


def _text_cell(sheet: Any, text: str) -> Any:
    escaped = _TO_ESCAPE.sub(lambda found: f"_x{ord(found.group()):04X}_", text)
    if len(escaped) > MAX_CELL:
        raise TableError(
            _("a text of {length} characters does not fit into XLSX: export as CSV").format(
                length=len(text)
            )
        )
    cell = WriteOnlyCell(sheet, escaped)
    cell.data_type = "s"  # whatever it begins with: openpyxl would make "=..." a formula
    cell.number_format = "@"
    return cell
