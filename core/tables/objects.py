"""Objects of JSON as rows of a table: the columns, checks and words of the import of their kind."""

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.tables import time_cells
from core.tables.errors import CellError, RowError
from core.tables.schema import Column, Row, Schema

_ZONE = re.compile(r"(?:Z|[-+]\d{2}:?\d{2})$", re.ASCII)
_SHOWN = 40


class ObjectParser:
    """Turns an object into a Row, or the list of all that is wrong with it.

    What is not named is not in the row, as a column that a file does not have; null is an empty
    cell. Numbers are JSON numbers or texts, everything else texts; moments must say their zone.
    """

    def __init__(self, schema: Schema) -> None:
        self.columns = schema.by_name

    def __call__(self, line: int, value: Any) -> Row | list[RowError]:
        """The values by column name, or at least one error with a code."""
        if not isinstance(value, dict):
            return [RowError(line, "", _("an object is needed"), "wrong_type")]
        errors = [
            RowError(line, name[:_SHOWN], _("there is no such field"), "unknown_field")
            for name in value
            if name not in self.columns
        ]
        values: dict[str, Any] = {}
        for name, column in self.columns.items():
            if name not in value and not column.required:
                continue
            try:
                values[name] = _read(column, value.get(name))
            except _ValueError as error:
                errors.append(RowError(line, name, str(error), error.code))
        return errors or Row(line, values)


class _ValueError(CellError):
    def __init__(self, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.code = code


def _read(column: Column, value: Any) -> Any:
    cell = _cell(column, value)
    if not cell:
        if column.required:
            raise _ValueError(_("is empty, but a value is required"), "required")
        return column.type.empty
    if column.type.parse is time_cells.parse_datetime and not _ZONE.search(cell):
        message = _("say the zone of the time, such as 2026-03-31T08:30:00+08:00")
        raise _ValueError(message, "naive_time")
    try:
        return column.type.parse(cell)
    except CellError as error:
        raise _ValueError(str(error)) from error


def _cell(column: Column, value: Any) -> str:
    """The value as a cell of a file holds it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if column.type.numeric and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    message = _("a number is needed") if column.type.numeric else _("a text is needed")
    raise _ValueError(message, "wrong_type")
