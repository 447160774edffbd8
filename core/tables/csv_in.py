"""Read CSV: UTF-8 with or without BOM, or GB18030, told apart by trying; cells as Python's csv.

The file is walked once as bytes, which settles its encoding and refuses what no table contains
(NUL, endless lines), so that the second walk can be plain and fast. Memory stays flat.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from django.utils.translation import gettext as _

from core.tables.errors import TableError
from core.tables.guard import unguard
from core.tables.rows import RawRow

CHUNK = 1024 * 1024  # a piece of this size without a line break is a line too long
UTF_8 = "utf-8-sig"
ENCODINGS = (UTF_8, "gb18030")
_NAMES = {UTF_8: "UTF-8", "gb18030": "GB18030"}  # as people know them
SURELY_UTF_8 = 40  # bytes beyond ASCII that other encodings do not imitate by chance
_QUOTED = re.compile(rb'"[^"]*"')


@contextmanager
def open_csv(path: Path) -> Iterator[tuple[Iterator[RawRow], str]]:
    """Open a CSV file; yields its rows, the header first, and the name of its encoding.

    TableError for a file that is none.
    """
    with path.open("rb") as file:
        survey = Survey(file)
        encoding = survey.encoding()
    with path.open(encoding=encoding, newline="") as text:
        yield _rows(text, may_be_guarded=survey.apostrophes), _NAMES[encoding]


class Survey:
    """The first walk through a file: settles its encoding or says where it is damaged."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.apostrophes = False  # only with them a cell can carry the guard against formulas
        self._decoders = {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
        self._damage = TableError(_("the file is empty: a header line and rows are expected"))
        self._damage_at = 0
        self._offset = self._line_start = 0  # in bytes from the beginning of the file
        self._line = 1
        self._beyond_ascii = 0  # bytes of UTF-8 that only its longer characters take

    def encoding(self) -> str:
        """Return the encoding of the whole file; TableError with the place of the damage."""
        while chunk := self.file.read(CHUNK):
            self._refuse_no_table(chunk)
            self._decode(chunk)
            self.apostrophes = self.apostrophes or b"'" in chunk
            self._line += chunk.count(b"\n")
            if (last := chunk.rfind(b"\n")) >= 0:
                self._line_start = self._offset + last + 1
            self._offset += len(chunk)
        self._decode(b"", final=True)
        return next(iter(self._decoders))  # in order of preference

    def _decode(self, chunk: bytes, *, final: bool = False) -> None:
        """Drop the encodings that cannot be; raises the damage when none is left."""
        for name, decoder in list(self._decoders.items()):
            try:
                text = decoder.decode(chunk, final)
            except UnicodeDecodeError as error:
                pending = len(error.object) - len(chunk)
                self._drop(name, error, chunk, error.start - pending)
            else:
                if name == UTF_8:
                    self._beyond_ascii += len(chunk) - len(text)
        if not self._decoders:
            raise self._damage

    def _drop(self, name: str, error: UnicodeDecodeError, chunk: bytes, at: int) -> None:
        del self._decoders[name]
        if self._offset + at >= self._damage_at:  # the encoding that went furthest is meant
            self._damage_at = self._offset + at
            reason = _("neither UTF-8 nor GB18030: save it as CSV UTF-8")
            self._damage = self._at(chunk, at, reason)
        if name == UTF_8:
            whole = error.object[: error.start]
            beyond = self._beyond_ascii + len(whole) - len(whole.decode("utf-8"))
            if beyond >= SURELY_UTF_8:  # GB18030 would read the damaged text, but as other words
                self._decoders.clear()

    def _refuse_no_table(self, chunk: bytes) -> None:
        """Refuse what makes a file no CSV, before anything reads it by lines."""
        if (at := chunk.find(b"\0")) >= 0:
            raise self._at(chunk, at, _("a NUL byte: this is not a CSV text file"))
        if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
            reason = _("the line is longer than {limit} bytes: is a line break missing?")
            raise self._at(chunk, 0, reason.format(limit=CHUNK))

    def _at(self, chunk: bytes, at: int, reason: str) -> TableError:
        """Return the damage at a place of the chunk, named by its line and cell."""
        at = max(at, 0)
        last = chunk.rfind(b"\n", 0, at)
        start = self._offset + last + 1 if last >= 0 else self._line_start
        line = self._line + chunk.count(b"\n", 0, at)
        self.file.seek(start)
        before = self.file.read(min(self._offset + at - start, 2 * CHUNK))
        self.file.seek(self._offset + len(chunk))
        column = _QUOTED.sub(b"", before).count(b",") + 1
        return TableError(
            _("line {line}, column {column}: {reason}").format(
                line=line, column=column, reason=reason
            )
        )


def _rows(file: TextIO, *, may_be_guarded: bool) -> Iterator[RawRow]:
    """Yield the rows that are not empty with the line each begins on."""
    reader = csv.reader(file, delimiter=_delimiter(file), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                if may_be_guarded:
                    cells = [unguard(c) if c[:1] == "'" else c for c in cells]  # noqa: PLW2901  # goes on with the changed value
                yield RawRow(line, cells)
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(
            _("line {line}: {reason}").format(line=line, reason=_explain(error))
        ) from error


def _delimiter(file: TextIO) -> str:
    """Return the comma, unless the first line has none but has tabs or semicolons."""
    first = file.readline()
    file.seek(0)
    others = [mark for mark in "\t;" if mark in first]
    return others[0] if others and "," not in first else ","


def _explain(error: csv.Error) -> str:
    """Return in the reader's language what Python's csv says in English."""
    if "field limit" in str(error):
        return _("a cell of more than {limit} characters: is a quotation mark not closed?").format(
            limit=csv.field_size_limit()
        )
    if "unexpected end" in str(error):
        return _("a quotation mark is opened but never closed")
    return _("text follows a closing quotation mark: double the marks inside a cell")
