"""Set-based statements kept in `.sql` files: one statement a file, named parameters only.

`{{other.sql}}` stands for another file beside it, for text that more than one statement is made of.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

_PARAMETER = re.compile(r"%\((\w+)\)s")
_INCLUDED = re.compile(r"\{\{(\S+)\}\}")


@cache
def read(path: Path) -> str:
    """The statement in the file with what it includes, without header comment lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("--"))
    return _INCLUDED.sub(lambda found: read(path.parent / found[1]), text)


def parameters(path: Path) -> set[str]:
    """The names of the statement's parameters."""
    return set(_PARAMETER.findall(read(path)))


@contextmanager
def _executed(path: Path, values: dict[str, Any]) -> Iterator[CursorWrapper]:
    """The cursor after the statement. Raises TypeError for unknown or missing parameters."""
    wanted = parameters(path)
    if wanted != set(values):
        raise TypeError(f"{path.name} takes {sorted(wanted)}, got {sorted(values)}")
    with connection.cursor() as cursor:
        cursor.execute(read(path), values)
        yield cursor


def run(path: Path, **values: Any) -> int:
    """Execute the statement; returns the number of rows it wrote."""
    with _executed(path, values) as cursor:
        return max(int(cursor.rowcount), 0)


def rows(path: Path, **values: Any) -> list[tuple[Any, ...]]:
    """Execute the statement and fetch all its rows (small results only)."""
    with _executed(path, values) as cursor:
        return list(cursor.fetchall())
