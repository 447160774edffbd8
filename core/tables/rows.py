"""What a reader yields: rows of text with their place in the file."""

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
