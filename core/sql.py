"""Set-based statements kept in `.sql` files: one statement a file, named parameters only."""

import re
from functools import cache
from pathlib import Path

from django.db import connection

_PARAMETER = re.compile(r"%\((\w+)\)s")


@cache
def read(path: Path) -> str:
    """The statement in the file, without its header comment lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--"))


def parameters(path: Path) -> set[str]:
    """The names of the statement's parameters."""
    return set(_PARAMETER.findall(read(path)))


def run(path: Path, **values: object) -> int:
    """Execute the statement; returns the number of rows it wrote. Unknown or missing names are refused."""
    wanted = parameters(path)
    if wanted != set(values):
        raise TypeError(f"{path.name} takes {sorted(wanted)}, got {sorted(values)}")
    with connection.cursor() as cursor:
        cursor.execute(read(path), values)
        return max(cursor.rowcount, 0)


def rows(path: Path, **values: object) -> list[tuple[object, ...]]:
    """Execute the statement and fetch all its rows (small results only)."""
    wanted = parameters(path)
    if wanted != set(values):
        raise TypeError(f"{path.name} takes {sorted(wanted)}, got {sorted(values)}")
    with connection.cursor() as cursor:
        cursor.execute(read(path), values)
        return list(cursor.fetchall())
