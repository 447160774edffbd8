"""Set-based statements kept in `.sql` files: one statement a file, named parameters only."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

_PARAMETER = re.compile(r"%\((\w+)\)s")


@cache
def read(path: Path) -> str:
    """The statement in the file, without its header comment lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--"))


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
