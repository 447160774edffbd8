"""What an import answers: the summary of 01 §2 and the rejects file."""

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from core.tables.guard import guard, guard_unless_number
from core.tables.schema import REJECT_COLUMNS
from core.tables.text_cells import folded


@dataclass(slots=True)
class ImportResult:
    """Counts of rows. In a dry run: what would be. After an abort: nothing was written."""

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    seconds: float = 0.0

    def as_json(self) -> str:
        """Return the one-line summary, its names in the order that was promised."""
        return json.dumps(asdict(self), ensure_ascii=False)


def rejects_path(path: Path) -> Path:
    """Return where the rejects of an input go: its full name and `.rejects.csv`."""
    return path.with_name(path.name + ".rejects.csv")


def write_rejects(
    path: Path, header: Sequence[str], rows: Iterable[tuple[int, Sequence[str], str]]
) -> None:
    """Write (line, cells as read, error) to `path`, whole or not at all.

    The file can be corrected and imported: reading it gives back the same cells, and its `line`
    and `error` columns are ignored. Those of an earlier rejects file are replaced.
    """
    added = {folded(name) for name in REJECT_COLUMNS}
    again = added <= {folded(name) for name in header}
    kept = [i for i, name in enumerate(header) if not (again and folded(name) in added)]
    with (
        replacing(path) as target,
        target.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow([guard_unless_number(header[i]) for i in kept] + [*REJECT_COLUMNS])
        for line, cells, error in rows:
            safe = [guard_unless_number(cell) for cell in cells]
            padded = safe + [""] * (len(header) - len(safe))
            extra = padded[len(header) :]  # too many cells: nothing of what was written is lost
            writer.writerow([padded[i] for i in kept] + [str(line), guard(error), *extra])


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file beside `path` that takes its place when all went well."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
