"""An empty workbook to fill in: the columns of a kind, and on a second sheet what they take."""

from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from core.tables.schema import Schema

_WIDTH = 18  # characters of a column
_NOTE_WIDTHS = (24, 24, 12, 80)
_BOLD = Font(bold=True)


def write_blank(schema: Schema, stream: BinaryIO) -> None:
    """Write the workbook in the reader's language; importing it as it is finds no rows.

    Columns of words are cells of text, so that codes keep their zeros and long numbers all digits.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Data"))
    sheet.freeze_panes = "A2"
    for number, column in enumerate(schema.columns, start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = _WIDTH
        if not column.type.numeric:
            dimension.number_format = "@"
    sheet.append([_cell(sheet, _title(column), bold=True) for column in schema.columns])
    _write_notes(book, schema)
    book.save(stream)


def _title(column: Any) -> str:
    return f"{column.label}*" if column.required else str(column.label)


def _write_notes(book: Workbook, schema: Schema) -> None:
    sheet = book.create_sheet(pgettext("sheet that explains the columns", "Notes"))
    for number, width in enumerate(_NOTE_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    head = (_("Column"), _("English name"), _("Required"), _("What it takes"))
    sheet.append([_cell(sheet, text, bold=True) for text in head])
    for column in schema.columns:
        required = _("yes") if column.required else ""
        texts = (str(column.label), column.name, required, column.type.hint())
        sheet.append([_cell(sheet, text) for text in texts])


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.number_format = "@"
    if bold:
        cell.font = _BOLD
    return cell
