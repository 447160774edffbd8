"""Read CSV: UTF-8 with or without BOM, or GB18030, told apart by trying; cells as Python's csv.

The file is walked once as bytes, which settles its encoding and refuses what no table contains
(NUL, endless lines), so that the second walk can be plain and fast. Memory stays flat.
"""

import codecs
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from core.tables.errors import TableError
from core.tables.guard import unguard
from core.tables.rows import RawRow

CHUNK = 1024 * 1024  # a piece of this size without a line break is a line too long
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class _Surveyed:
    """What the first walk found out."""

    encoding: str
    apostrophes: bool  # only then a cell can carry the guard against formulas


@contextmanager
def open_csv(path: Path) -> Iterator[Iterator[RawRow]]:
    """Open a CSV file; yields its rows, the header first. TableError for a file that is none."""
    surveyed = survey(path)
    with path.open(encoding=surveyed.encoding, newline="") as file:
        yield _rows(file, surveyed)


def survey(path: Path) -> _Surveyed:
    """Walk the file once; returns its encoding, or TableError with the place of the damage."""
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
    damage = TableError(_("the file is empty: a header line and rows are expected"))
    apostrophes, line = False, 1
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            _refuse_no_table(chunk, line)
            apostrophes = apostrophes or b"'" in chunk
            for name, decoder in list(decoders.items()):
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    damage = _undecodable(error, line)
                    del decoders[name]
            if not decoders:
                raise damage
            line += chunk.count(b"\n")
    for name, decoder in decoders.items():  # in order of preference
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            damage = _undecodable(error, line)
        else:
            return _Surveyed(name, apostrophes)
    raise damage


def _refuse_no_table(chunk: bytes, line: int) -> None:
    """Refuse what makes a file no CSV, before anything reads it by lines."""
    if (at := chunk.find(b"\0")) >= 0:
        raise TableError(
            _("line {line}, byte {place}: a NUL byte: this is not a CSV text file").format(
                line=line + chunk.count(b"\n", 0, at), place=at - chunk.rfind(b"\n", 0, at)
            )
        )
    if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
        raise TableError(
            _("line {line} is longer than {limit} bytes: is a line break missing?").format(
                line=line, limit=CHUNK
            )
        )


def _undecodable(error: UnicodeDecodeError, line: int) -> TableError:
    data: bytes = error.object
    message = _("line {line}, byte {place}: neither UTF-8 nor GB18030: save it as CSV UTF-8")
    return TableError(
        message.format(
            line=line + data.count(b"\n", 0, error.start),
            place=error.start - data.rfind(b"\n", 0, error.start),
        )
    )


def _rows(file: TextIO, surveyed: _Surveyed) -> Iterator[RawRow]:
    """Yield the rows that are not empty with the line each begins on."""
    reader = csv.reader(file, delimiter=_delimiter(file), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                if surveyed.apostrophes:
                    cells = [unguard(c) if c[:1] == "'" else c for c in cells]  # noqa: PLW2901
                yield RawRow(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(
            _("line {line}: {reason}: check the quotation marks").format(line=line, reason=error)
        ) from error


def _delimiter(file: TextIO) -> str:
    """Return the comma, unless the first line has none but has tabs or semicolons."""
    first = file.readline()
    file.seek(0)
    others = [mark for mark in "\t;" if mark in first]
    return others[0] if others and "," not in first else ","
