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
    """One thing wrong with one row; `column` is "" for the row as a whole.

    Handlers name a column by its English name; an import's report as the file's header spells it.
    `code` says the same to programs (calls of the API).
    """

    line: int
    column: str
    message: str
    code: str = "invalid"

    @property
    def without_line(self) -> str:
        """The column and the message: what a rejects file says beside the number of the line."""
        if not self.column:
            return self.message
        return _("{name}: {message}").format(name=self.column, message=self.message)

    def __str__(self) -> str:
        if not self.column:
            return _("line {line}: {message}").format(line=self.line, message=self.message)
        return _("line {line}, {column}: {message}").format(
            line=self.line, column=self.column, message=self.message
        )
