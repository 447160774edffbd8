"""The files of an upload: a folder of its own outside the database, removed after some weeks.

table                the file as it came, whatever it was called
table.rejects.csv    its bad rows, and rejects.xlsx the same for Excel
differences.csv      what an import changes, cell by cell
sample.json          its first rows
corrections.json     cells that were corrected on the page
report.json          what the page shows of a check or an import
progress             how many rows a worker has read
"""

import json
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from core.tables import fields
from core.tables.errors import TableError
from core.tables.read import open_table
from core.tables.result import rejects_path, replacing
from core.tables.rows import corrected
from core.tables.schema import Column
from core.tables.write import write_table
from workspace.models import Upload

SAMPLE_ROWS = 4
_SHOWN_CELL = 80  # characters of a sample
_ORPHAN_SECONDS = 24 * 3600
_BREAK = b"\n"
_KEPT = {"table", "sample.json", "corrections.json"}


@dataclass(frozen=True, slots=True)
class Look:
    """What the beginning of a file shows."""

    header: list[str]
    sample: list[list[str]]  # the first rows, cut to what a page can show
    form: str


def folder(token: UUID) -> Path:
    """Where the files of one upload lie."""
    return Path(settings.UPLOAD_DIR) / token.hex


def source(upload: Upload) -> Path:
    """The file as it came."""
    return folder(upload.token) / "table"


def rejects(upload: Upload) -> Path:
    """Its bad rows as CSV."""
    return rejects_path(source(upload))


def rejects_workbook(upload: Upload) -> Path:
    """Its bad rows for Excel."""
    return folder(upload.token) / "rejects.xlsx"


def differences(upload: Upload) -> Path:
    """What it changes."""
    return folder(upload.token) / "differences.csv"


def store(file: "UploadedFile[Any]", token: UUID) -> int:
    """Write the file down piece by piece; returns the number of its line breaks."""
    place = folder(token)
    place.mkdir(parents=True, mode=0o700)
    lines = 0
    with (place / "table").open("wb") as target:
        for piece in file.chunks():
            lines += piece.count(_BREAK)
            target.write(piece)
    return lines


def look_into(token: UUID) -> Look:
    """Header and first rows; TableError says where a file cannot be read."""
    with open_table(folder(token) / "table") as table:
        sample = [
            [cell[:_SHOWN_CELL] for cell in row.cells]
            for row, _number in zip(table.rows, range(SAMPLE_ROWS), strict=False)
        ]
        return Look(table.header, sample, table.form)


def corrections(upload: Upload) -> dict[int, dict[int, str]]:
    """The cells that were corrected, by line and place."""
    found = kept(upload.token, "corrections")
    return {
        int(line): {int(place): text for place, text in cells.items()}
        for line, cells in found.items()
    }


def cells_at(upload: Upload, lines: Iterable[int]) -> dict[int, list[str]]:
    """The rows that begin on these lines, with their corrections."""
    wanted = set(lines)
    found: dict[int, list[str]] = {}
    if not wanted:
        return found
    with open_table(source(upload)) as table:
        for row in corrected(table.rows, corrections(upload)):
            if row.line in wanted:
                found[row.line] = row.cells
            if row.line >= max(wanted):
                break
    return found


def forget(token: UUID) -> None:
    """Remove the files of an upload."""
    remove_folder(folder(token))


def remove_folder(path: Path) -> None:
    """Remove a folder of uploads with all that is in it."""
    shutil.rmtree(path, ignore_errors=True)


def forget_results(upload: Upload) -> None:
    """Remove what an earlier check has found."""
    for path in folder(upload.token).glob("*"):
        if path.name not in _KEPT:
            path.unlink()


def orphans(known: set[str]) -> Iterator[Path]:
    """Folders of a day ago that belong to no upload: its request was never finished."""
    top = Path(settings.UPLOAD_DIR)
    if not top.exists():
        return
    before = time.time() - _ORPHAN_SECONDS
    for path in top.iterdir():
        if path.is_dir() and path.name not in known and path.stat().st_mtime < before:
            yield path


def note_progress(upload: Upload, rows: int) -> None:
    """Say how many rows have been read."""
    with replacing(folder(upload.token) / "progress") as temporary:
        temporary.write_text(str(rows))


def progress(upload: Upload) -> int:
    """How many rows a worker has read."""
    path = folder(upload.token) / "progress"
    return int(path.read_text()) if path.exists() else 0


def keep(token: UUID, name: str, value: dict[str, Any]) -> None:
    """Keep what a page shows: `sample` or `report`."""
    with replacing(folder(token) / f"{name}.json") as temporary:
        temporary.write_text(json.dumps(value, ensure_ascii=False))


def kept(token: UUID, name: str) -> dict[str, Any]:
    """What was kept; empty when there is nothing (any more)."""
    path = folder(token) / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def write_workbook_of_rejects(upload: Upload) -> None:
    """The bad rows for Excel: every cell as text, so that no code loses a digit.

    Texts longer than Excel's cells make no workbook; the CSV file has them all.
    """
    with suppress(TableError), open_table(rejects(upload)) as table:
        columns = [Column(cell, cell, fields.long_text()) for cell in table.header]
        width = len(columns)
        rows = ((row.cells + [""] * width)[:width] for row in table.rows)
        write_table("xlsx", columns, rows, rejects_workbook(upload))
