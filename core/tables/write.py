"""Write tables that people and scripts read: CSV, JSON, XLSX; import gives back the same.

An exporter lives in the `exports.py` of its app:

    def customer_rows(request: ExportRequest) -> Rows:
        return Customer.objects.order_by("code").values_list("code", ...).iterator()

    CUSTOMERS = Exporter(CustomerImport.schema.columns, customer_rows)

Nothing that breaks off looks whole: files appear only when complete, a stream ends in `ERROR`.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from core.tables.guard import guard
from core.tables.result import replacing
from core.tables.schema import Column
from core.tables.xlsx_out import write_xlsx

FORMATS = ("csv", "json", "xlsx")
Columns = Sequence[Column]
Rows = Iterable[Sequence[Any]]
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is asked for: the date of derived figures (None: the latest), and by whom."""

    as_of: date | None = None
    user: Any = None  # None at the command line: the operator sees all rows


@dataclass(frozen=True, slots=True)
class Exporter:
    """The columns of one KIND of 01 §4 and where its rows come from.

    `rows` yields values in the order of the columns, sorted by key, None for what is not there;
    it raises TableError when nothing is published for the date, and says which dates exist.
    """

    columns: Columns
    rows: Callable[[ExportRequest], Rows]


def write_table(table_format: str, columns: Columns, rows: Rows, path: Path) -> int:
    """Write a file, whole or not at all; returns the number of rows."""
    counted = Counted(rows)
    with replacing(path) as temporary, temporary.open("wb") as file:
        write_stream(table_format, columns, counted, file)
    return counted.count


def write_stream(table_format: str, columns: Columns, rows: Rows, stream: BinaryIO) -> None:
    """Write to an open stream; if `rows` fails, CSV and JSON end in `ERROR`, and it raises."""
    if table_format == "xlsx":
        write_xlsx(columns, rows, stream)
        return
    for chunk in (iter_csv if table_format == "csv" else iter_json)(columns, rows):
        stream.write(chunk.encode("utf-8"))


def iter_csv(columns: Columns, rows: Rows, *, bom: bool = False) -> Iterator[str]:
    """Yield the table as CSV text in pieces; `bom` lets Excel know it is UTF-8 (downloads)."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff" if bom else "")
    writer.writerow([column.name for column in columns])
    writers = [_csv_cell(column) for column in columns]

    def pieces() -> Iterator[str]:
        for row in rows:
            writer.writerow(["" if v is None else w(v) for w, v in zip(writers, row, strict=True)])
            if buffer.tell() > _CHUNK:
                yield _drained(buffer)
        yield _drained(buffer)

    return _honest(pieces(), buffer)


def iter_json(columns: Columns, rows: Rows) -> Iterator[str]:
    """Yield the table as a JSON array of objects, one a line.

    Counts are numbers, truths are true/false, all else is text as in CSV: money keeps its cents.
    """
    buffer = io.StringIO()
    converters = [(c.name, c.type.json or c.type.write) for c in columns]

    def pieces() -> Iterator[str]:
        before = "["
        for row in rows:
            values = zip(converters, row, strict=True)
            fields = {name: None if v is None else convert(v) for (name, convert), v in values}
            buffer.write(f"{before}\n{json.dumps(fields, ensure_ascii=False)}")
            before = ","
            if buffer.tell() > _CHUNK:
                yield _drained(buffer)
        buffer.write("[]\n" if before == "[" else "\n]\n")
        yield _drained(buffer)

    return _honest(pieces(), buffer)


class Counted:
    """Rows that remember how many of them were taken."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.count += 1
            yield row


def _csv_cell(column: Column) -> Callable[[Any], str]:
    """Return how a value of this column is written: numbers plainly, words guarded."""
    write = column.type.write
    if column.type.numeric:
        return write
    return lambda value: guard(write(value))


def _honest(pieces: Iterator[str], buffer: io.StringIO) -> Iterator[str]:
    """Yield the pieces; if they break off, say so in the last line before the error goes on."""
    try:
        yield from pieces
    except Exception:
        yield _drained(buffer) + "\r\n" + _("ERROR: the table is not complete") + "\r\n"
        raise


def _drained(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
