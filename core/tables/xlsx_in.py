"""Read XLSX in a child process, so that a hostile workbook costs this process nothing.

The child (xlsx_child.py) gets limits of memory and processor time and sends rows as JSON lines.
"""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from core.tables.errors import TableError
from core.tables.rows import CellProblem, RawRow

CHILD = Path(__file__).with_name("xlsx_child.py")
log = logging.getLogger(__name__)


@contextmanager
def open_xlsx(path: Path) -> Iterator[Iterator[RawRow]]:
    """Open the first sheet; yields its rows, the header first. TableError when it is damaged,
    hostile or larger than the limits."""
    with tempfile.TemporaryFile() as complaints:
        child = subprocess.Popen(  # noqa: S603  # our own interpreter and script
            [sys.executable, "-I", str(CHILD), str(path.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
        )
        try:
            yield _rows(child, complaints)
        finally:
            child.kill()
            child.wait()
            child.stdout and child.stdout.close()


def _rows(child: subprocess.Popen[bytes], complaints: IO[bytes]) -> Iterator[RawRow]:
    """Yield what the child sends until it says that it is done."""
    assert child.stdout is not None  # noqa: S101  # for the types: it was asked for
    width = 0
    for line in child.stdout:
        message: dict[str, Any] = json.loads(line)
        if "error" in message:
            _note(child, complaints)
            raise TableError(_explain(message["error"], message))
        if "end" in message:
            return
        problems = tuple(
            CellProblem(index, _explain(code, {"value": value}))
            for index, code, value in message["problems"]
        )
        cells = message["cells"]
        width = width or len(cells)
        cells += [""] * (width - len(cells))  # Excel leaves out empty cells at the end of a row
        yield RawRow(message["row"], cells, problems)
    _note(child, complaints)
    raise TableError(_explain("limits", {}))


def _note(child: subprocess.Popen[bytes], complaints: IO[bytes]) -> None:
    """Log what the child had to complain about, for whoever looks into a refused file."""
    child.wait()
    complaints.seek(0)
    said = complaints.read()[-2000:].decode(errors="replace")
    log.info("workbook refused, status %s: %s", child.returncode, said)


def _explain(code: str, values: dict[str, Any]) -> str:
    """Return what a code of the child means and what to do about it."""
    explanations = {
        "damaged": _("the workbook is damaged or cut off: save it again as XLSX"),
        "no_workbook": _("this zip file is not an XLSX workbook: save it again as XLSX"),
        "no_sheet": _("the workbook has no sheet with cells"),
        "bomb": _("the workbook unpacks to far more than it should: save the sheet as CSV"),
        "limits": _("reading the workbook took too much memory or time: save the sheet as CSV"),
        "wide": _("row {row} has more than {limit} cells"),
        "long": _("row {row} holds more than {limit} characters"),
        "formula": _("formula cells are not taken: paste values instead ({value})"),
        "digits": _(
            "numeric cell lost its last digits ({value}): format the column as text and enter"
            " the code again"
        ),
        "broken": _("the cell shows an error ({value})"),
    }
    return explanations[code].format(**values)
