"""The page on which a person says what each column of a file is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.tables.errors import TableError
from core.tables.schema import Column
from core.tables.text_cells import listed, named
from workspace.uploads.kinds import Kind
from workspace.uploads.mapping import Columns


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of the file: what it is called, what stands in it, what it is taken for."""

    number: int
    title: str
    samples: list[str]
    name: str | None
    is_guess: bool  # the name is not in the header: somebody should look at it

    @property
    def field(self) -> str:
        """The form field in which the choice is sent."""
        return field_name(self.number)


def field_name(number: int) -> str:
    """The form field of the file's column of this number, counted from 0."""
    return f"column-{number}"


def file_columns(
    header: Sequence[str],
    sample: Sequence[Sequence[str]],
    columns: Sequence[str | None],
    known: Sequence[str | None],
) -> list[FileColumn]:
    """The columns with what stands in the first rows; empty cells are left out.

    `known` is what the header itself says of each.
    """
    found = []
    for number, (title, name) in enumerate(zip(header, columns, strict=True)):
        samples = [row[number] for row in sample if len(row) > number and row[number]]
        is_guess = name is not None and name != known[number]
        found.append(FileColumn(number, title, samples, name, is_guess))
    return found


def chosen(data: Mapping[str, str], kind: Kind, width: int) -> Columns:
    """What the form says of each column; a name that is none is taken for left out."""
    names = [data.get(field_name(number), "") for number in range(width)]
    return [name if name in kind.schema.by_name else None for name in names]


def problems(kind: Kind, columns: Columns) -> str:
    """Why a file cannot be taken like this; "" if it can."""
    missing = kind.schema.missing(columns)
    if missing:
        names = listed(str(column.label) for column in missing)
        return _("Say which columns hold: {names}.").format(names=names)
    try:
        kind.schema.names_of(["?"] * len(columns), columns)
    except TableError as error:
        return str(error)
    return ""


def doubled(columns: Columns) -> set[str]:
    """Names that were chosen for more than one column."""
    return {name for name in columns if name and columns.count(name) > 1}


def described(column: Column) -> str:
    """What one may choose, as people and scripts call it."""
    return named(column.name, column.label)
