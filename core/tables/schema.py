"""The columns of one import kind: how a header is matched and how a row becomes values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.tables.errors import CellError, RowError, TableError
from core.tables.fields import FieldType
from core.tables.rows import RawRow
from core.tables.text_cells import folded, in_all_languages, listed, named

REJECT_COLUMNS = (
    "line",
    "error",
)  # what a rejects file adds; ignored when it is read again


class Row(NamedTuple):
    """One good row: its line in the file and its values by column name.

    A column that the file does not have is not in `values` (an update leaves the field alone);
    an empty cell is there with the `empty` value of its column.
    """

    line: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: English name, translatable label (both languages match), type of its cells."""

    name: str
    label: Any
    type: FieldType
    required: bool = False  # must be in the header and may not be empty


@dataclass(frozen=True)
class Schema:
    """The columns of one KIND of 01 §2 in their order, and the names of its natural key."""

    kind: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Return the columns by their English name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def words(self) -> dict[str, str]:
        """Return column names by every way a header may spell them: name, labels (folded).

        Raises ValueError when one label means two columns: a mistake of ours, found by tests.
        """
        words: dict[str, str] = {}
        for column in self.columns:
            for word in in_all_languages(column.label):
                if words.setdefault(folded(word), column.name) != column.name:
                    raise ValueError(f"{self.kind}: {word!r} names two columns")
        return words | {folded(column.name): column.name for column in self.columns}

    def defaults(self) -> dict[str, Any]:
        """Return what an empty cell means for every optional column: for rows that are new."""
        return {column.name: column.type.empty for column in self.columns if not column.required}

    @cached_property
    def key_of(self) -> Callable[[Row], Any]:
        """Return a function that answers a row's natural key (a tuple if it has several parts)."""
        values_of = itemgetter(*self.key)
        return lambda row: values_of(row.values)

    def match(self, header: Sequence[str]) -> list[str | None]:
        """Return the column name of each header cell; None for those of a rejects file.

        Raises TableError that names every unknown, doubled and missing column at once.
        """
        names = self.recognise(header)
        ignored = {folded(name) for name in REJECT_COLUMNS} - set(self.words)
        if not ignored <= {folded(cell) for cell in header}:
            ignored = set()
        unknown = [
            cell
            for cell, name in zip(header, names, strict=True)
            if name is None and _spelled(cell) not in ignored
        ]
        self._refuse_header(unknown, [name for name in names if name is not None])
        return names

    def recognise(self, header: Sequence[str]) -> list[str | None]:
        """Return the column name of each header cell as far as it is known, else None."""
        return [self.words.get(_spelled(cell)) for cell in header]

    def names_of(
        self, header: Sequence[str], chosen: Sequence[str | None] | None
    ) -> list[str | None]:
        """Return what each column of a file is: as somebody chose (None: left out), or `match`.

        Raises TableError for doubled and missing columns, and when the choice is of another file.
        """
        if chosen is None:
            return self.match(header)
        if len(chosen) != len(header):
            raise TableError(_("the columns were chosen for another file: upload it again"))
        self._refuse_header([], [name for name in chosen if name is not None])
        return list(chosen)

    def _refuse_header(self, unknown: Iterable[str], names: Sequence[str]) -> None:
        doubled = dict.fromkeys(name for name in names if names.count(name) > 1)
        missing = self.missing(names)
        problems = []
        if unknown := [cell[:100] for cell in unknown][:20]:
            problems.append(_("unknown columns: {names}").format(names=listed(unknown)))
        if doubled:
            problems.append(
                _("columns given twice: {names}").format(
                    names=self._names(map(self.by_name.__getitem__, doubled))
                )
            )
        if missing:
            problems.append(_("missing columns: {names}").format(names=self._names(missing)))
        if problems:
            known = self._names(self.columns)
            problems.append(
                _("the columns of {kind} are: {names}").format(kind=self.kind, names=known)
            )
            raise TableError(_("; ").join(problems))

    def _names(self, columns: Iterable[Column]) -> str:
        return listed(named(column.name, column.label) for column in columns)

    def missing(self, names: Iterable[str | None]) -> list[Column]:
        """Return the required columns that are not among the names."""
        given = set(names)
        return [c for c in self.columns if c.required and c.name not in given]

    def parser(self, header: Sequence[str]) -> "RowParser":
        """Return what turns the rows under this header into values; TableError as `match`."""
        return RowParser(self, self.match(header))


def _spelled(cell: str) -> str:
    """A header cell as compared; templates mark required columns with a star."""
    return folded(cell).removesuffix("*").rstrip()


class RowParser:
    """Turns raw rows into Row or the list of all that is wrong with them."""

    def __init__(self, schema: Schema, names: Sequence[str | None]) -> None:
        self._names = names
        self._width = len(names)
        columns = ((i, schema.by_name[name]) for i, name in enumerate(names) if name is not None)
        self._readers = [
            (i, column.name, column.type.parse, column.required, column.type.empty)
            for i, column in columns
        ]

    def __call__(self, raw: RawRow) -> Row | list[RowError]:
        """Return the values of one row, or its errors (at least one, in the order of the file)."""
        line, cells, problems = raw
        if problems or (len(cells) != self._width and not self._only_wider(cells)):
            return self._structural(raw)
        values: dict[str, Any] = {}
        errors: list[RowError] = []
        for index, name, parse, required, empty in self._readers:
            cell = cells[index].strip()
            if cell:
                try:
                    values[name] = parse(cell)
                except CellError as error:
                    errors.append(RowError(line, name, str(error)))
            elif required:
                errors.append(RowError(line, name, _("is empty, but a value is required")))
            else:
                values[name] = empty
        return errors or Row(line, values)

    def _only_wider(self, cells: Sequence[str]) -> bool:
        """Return whether there are too many cells, but empty ones: Excel leaves them behind."""
        return len(cells) > self._width and not any(cells[self._width :])

    def _structural(self, raw: RawRow) -> list[RowError]:
        """Return what the reader found wrong, or that the row has too many or too few cells."""
        width = self._width
        errors = [
            RowError(raw.line, self._names[p.place] or "", p.message)
            for p in raw.problems
            if p.place < width
        ]
        if len(raw.cells) != width:
            message = _(
                "{found} cells under a header of {expected}: check commas and quotation marks"
            )
            errors.append(
                RowError(raw.line, "", message.format(found=len(raw.cells), expected=width))
            )
        return errors
