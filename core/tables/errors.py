"""What can be wrong with a table: the file, a row of it, or one cell."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


class TableError(Exception):
    """The file as a whole cannot be taken: unreadable, wrong header, too large a line.

    The message says what is wrong, where, and what to do; it is already translated.
    """


class CellError(ValueError):
    """One cell cannot be taken; raised by parsers with a translated message."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one row: `column` is its English name, or "" for the whole row."""

    line: int
    column: str
    message: str

    def __str__(self) -> str:
        if not self.column:
            return _("line {line}: {message}").format(line=self.line, message=self.message)
        return _("line {line}, {column}: {message}").format(
            line=self.line, column=self.column, message=self.message
        )
