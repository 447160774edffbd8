"""Child process: print the first sheet of a workbook as JSON lines. Started by xlsx_in.py only.

Knows nothing of Django. Lines are {"row", "cells", "problems"}, or {"error": code, ...}, and
{"end": true} last; without that last line the parent knows that the limits struck.
"""

import json
import resource
import sys
import traceback
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.modules["numpy"] = None  # type: ignore[assignment]  # openpyxl would load it: memory, time

from defusedxml.common import DefusedXmlException  # noqa: E402  # numpy is kept out first
from openpyxl import load_workbook  # noqa: E402  # numpy is kept out first
from openpyxl.utils.escape import unescape  # noqa: E402  # numpy is kept out first

MEMORY = 512 * 1024 * 1024
SECONDS, SECONDS_PER_MB = 4, 12  # of processor; a usual sheet takes some 2 s a packed megabyte
MAX_PART = 1024 * 1024 * 1024  # bytes of one unpacked part; the sheet is streamed
MAX_STRINGS = 96 * 1024 * 1024  # the shared strings are not
MAX_RATIO, SMALL = 80, 4 * 1024 * 1024  # sheets of Excel pack 5 to 25 times
MAX_PARTS = 2000
MAX_COLUMNS = 500
MAX_ROWS = 1_048_576
MAX_ROW_TEXT = 1_000_000
UNTAKEN = {"f": "formula", "e": "broken"}  # data types of openpyxl
EXACT = 10**15  # numbers from here on have lost digits: Excel keeps 15


class Refused(Exception):  # noqa: N818  # not an error of ours
    """The workbook is not taken; `answer` is what the parent is told."""

    def __init__(self, code: str, **values: Any) -> None:
        self.answer = {"error": code, **values}


def main(path: Path) -> None:
    """Print the rows of the first sheet of the workbook."""
    limit(path.stat().st_size)
    try:
        examine(path)
        for row in rows(path):
            say(row)
    except Refused as refused:
        say(refused.answer)
    except DefusedXmlException:
        say({"error": "bomb"})
    except MemoryError:
        say({"error": "limits"})
    except Exception:  # openpyxl fails in as many ways as a file can be damaged
        traceback.print_exc()  # the parent logs it
        say({"error": "damaged"})
    else:
        say({"end": True})


def limit(size: int) -> None:
    """Cap memory and processor time of this process for a file of `size` bytes."""
    seconds = SECONDS + SECONDS_PER_MB * size // 1_000_000
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform != "darwin":  # which refuses to cap address space; the sizes are examined
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def examine(path: Path) -> None:
    """Refuse by the directory of the zip file: what it declares is all that can be unpacked."""
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Refused("no_workbook")
    if len(parts) > MAX_PARTS:
        raise Refused("bomb")
    for part in parts:
        most = MAX_PART if "/worksheets/" in part.filename else MAX_STRINGS
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > most or (part.file_size > SMALL and ratio > MAX_RATIO):
            raise Refused("bomb")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows that are not empty, with their numbers."""
    file = path.open("rb")  # by its path openpyxl would insist on certain names
    book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    if not book.worksheets:
        raise Refused("no_sheet")
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()  # what a sheet says of its own size may be false
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        if number > MAX_ROWS:
            raise Refused("damaged")
        if len(cells) > MAX_COLUMNS:
            raise Refused("wide", row=number, limit=MAX_COLUMNS)
        row = as_text(number, cells)
        if any(row["cells"]):
            yield row


def as_text(number: int, cells: tuple[Any, ...]) -> dict[str, Any]:
    """Return a row with every cell as text, and what is wrong with which cell."""
    texts, problems, length = [], [], 0
    for index, cell in enumerate(cells):
        text, problem = text_of(cell)
        if problem:
            problems.append([index, problem, text[:40]])
        texts.append(text)
        length += len(text)
    if length > MAX_ROW_TEXT:
        raise Refused("long", row=number, limit=MAX_ROW_TEXT)
    return {"row": number, "cells": texts, "problems": problems}


def text_of(cell: Any) -> tuple[str, str | None]:
    """Return what a cell says, and a code if it cannot be believed."""
    value = cell.value
    if value is None:
        return "", None
    if cell.data_type in UNTAKEN:
        return str(value), UNTAKEN[cell.data_type]
    if isinstance(value, bool):
        return ("true" if value else "false"), None
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, datetime | date | time | timedelta):
        return str(value), None
    return unescape(str(value)), None


def number_text(value: int | float) -> tuple[str, str | None]:
    """Return a number as it was typed: 15 digits, no exponent, no .0 at the end."""
    if abs(value) >= EXACT:
        return str(value), "digits"
    text = format(Decimal(format(value, ".15g")), "f")
    return text, None


def say(message: dict[str, Any]) -> None:
    """Send one message to the parent."""
    sys.stdout.write(json.dumps(message) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
