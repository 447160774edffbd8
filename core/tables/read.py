"""Open a table file, whatever it is, and yield its rows as text.

    with open_table(path) as table:
        table.header            # ["code", "name"]
        for row in table.rows:  # RawRow(line, cells, problems)

The kind of file is told by its content. Memory stays flat: nothing is read whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from core.tables.csv_in import open_csv
from core.tables.errors import TableError
from core.tables.rows import RawRow
from core.tables.xlsx_in import open_xlsx

MAX_COLUMNS = 500
_ZIP = b"PK\x03\x04"
_OTHER_FORMATS = {
    b"PK\x05\x06": "zip",
    b"\xd0\xcf\x11\xe0": "xls",
    b"%PDF": "pdf",
    b"\x1f\x8b": "gzip",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
    b"{\\rtf": "rtf",
    b"SQLite": "sqlite",
    b"PAR1": "parquet",
}


@dataclass(frozen=True, slots=True)
class Table:
    """An open table file; `rows` can be walked once and skips rows that are empty throughout."""

    header: list[str]
    rows: Iterator[RawRow]
    form: str  # UTF-8, GB18030 or XLSX: what it was taken for


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """Open a CSV or XLSX file for reading; TableError if it is neither or cannot be read.

    TableError may also come while walking the rows: a row may be damaged far into the file.
    """
    if _first_bytes(path).startswith(_ZIP):
        with open_xlsx(path) as rows:
            yield Table(_header_of(rows), rows, "XLSX")
    else:
        with open_csv(path) as (rows, encoding):
            yield Table(_header_of(rows), rows, encoding)


def _first_bytes(path: Path) -> bytes:
    if not path.exists():
        raise TableError(_("{path}: there is no such file").format(path=path))
    if not path.is_file():
        raise TableError(_("{path} is not an ordinary file").format(path=path))
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise TableError(
            _("{path} cannot be read: {reason}").format(path=path, reason=error.strerror)
        ) from error
    if not start:
        raise TableError(_("the file is empty: a header line and rows are expected"))
    for magic, name in _OTHER_FORMATS.items():
        if start.startswith(magic):
            raise TableError(
                _("this is a file of format {name}: save it as CSV UTF-8 or XLSX").format(name=name)
            )
    return start


def _header_of(rows: Iterator[RawRow]) -> list[str]:
    first = next(rows, None)
    if first is None:
        raise TableError(_("the file is empty: a header line and rows are expected"))
    if first.problems:
        place, message = first.problems[0]
        raise TableError(
            _("header, column {number}: {message}").format(number=place + 1, message=message)
        )
    header = [cell.strip() for cell in first.cells]
    while header and not header[-1]:  # Excel likes to write more columns than were filled
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise TableError(
            _("{count} columns, at most {limit} are taken").format(
                count=len(header), limit=MAX_COLUMNS
            )
        )
    if "" in header:
        raise TableError(
            _("column {number} has no name in the header").format(number=header.index("") + 1)
        )
    return header
