"""What is wrong with single cells, and their correction on the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from core.errors import RefusedError
from core.tables.errors import RowError
from workspace.models import Upload
from workspace.uploads import files

MOST_CORRECTIONS = 1000
LONGEST = 1000  # characters of a cell that can be corrected on the page


def shown(upload: Upload, errors: Sequence[RowError]) -> list[dict[str, Any]]:
    """The errors for the page: each with the cell it is about, where it is about one."""
    rows = files.cells_at(upload, (error.line for error in errors))
    places = {
        title.strip(): place
        for place, (title, name) in enumerate(zip(upload.header, upload.columns, strict=True))
        if name
    }
    return [_shown(error, places.get(error.column), rows.get(error.line, [])) for error in errors]


def _shown(error: RowError, place: int | None, cells: Sequence[str]) -> dict[str, Any]:
    cell = cells[place] if place is not None and place < len(cells) else ""
    if "\n" in cell or len(cell) > LONGEST:
        place = None  # more than a line of a form can hold
    field = None if place is None else f"cell-{error.line}-{place}"
    return {
        "line": error.line,
        "column": error.column,
        "message": error.message,
        "place": place,
        "field": field,
        "cell": cell,
    }


def corrected(upload: Upload, data: Mapping[str, str]) -> int:
    """Keep what the form says of the cells that were shown; returns how many have changed.

    RefusedError where more rows would be corrected than a page is made for.
    """
    known = files.corrections(upload)
    changed = 0
    for error in files.kept(upload.token, "report").get("errors", []):
        text = data.get(error["field"] or "", error["cell"]).strip()[:LONGEST]
        if text != error["cell"]:
            known.setdefault(error["line"], {})[error["place"]] = text
            changed += 1
    if len(known) > MOST_CORRECTIONS:
        message = _(
            "At most {number} rows are corrected here: import the good rows,"
            " then correct the file of the rejected ones and upload that."
        )
        raise RefusedError(message.format(number=formats.number_format(MOST_CORRECTIONS)))
    if changed:
        files.keep(upload.token, "corrections", {str(line): row for line, row in known.items()})
    return changed
