"""What a reader yields: rows of text with their place in the file."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple


class CellProblem(NamedTuple):
    """A cell the reader itself cannot take, such as a formula; `place` counts cells from 0."""

    place: int
    message: str


class RawRow(NamedTuple):
    """One row as text: the line of the file where it begins (a row number in XLSX), its cells."""

    line: int
    cells: list[str]
    problems: tuple[CellProblem, ...] = ()


Corrections = Mapping[int, Mapping[int, str]]  # cells by the line of their row and their place


def corrected(rows: Iterable[RawRow], corrections: Corrections) -> Iterator[RawRow]:
    """The rows with some cells as somebody has corrected them."""
    for row in rows:
        yield _corrected(row, corrections[row.line]) if row.line in corrections else row


def _corrected(row: RawRow, cells: Mapping[int, str]) -> RawRow:
    """A row too short for a correction is made longer."""
    width = max(len(row.cells), *(place + 1 for place in cells))
    texts = [*row.cells, *[""] * (width - len(row.cells))]
    for place, text in cells.items():
        texts[place] = text
    return RawRow(row.line, texts, tuple(p for p in row.problems if p.place not in cells))
