"""A migrated database that test databases are copied from: migrating takes most of a short run."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from crm.embedded.paths import local_dir

_PREFIX = "template_"
_CODE = Path(__file__).resolve().parents[3]
# What migrations are made of, and what they read.
_SOURCES = ("*/migrations/*.py", "*/sql/**/*.sql", "*/data/*", "core/*.py", "crm/embedded/*.sql")


def name() -> str:
    """What the template of this code's migrations is called."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(path for path in _CODE.glob(pattern) if path.is_file()):
            digest.update(str(path.relative_to(_CODE)).encode() + b"\0" + path.read_bytes())
    return f"{_PREFIX}{digest.hexdigest()[:16]}"


@contextmanager
def lock() -> Iterator[None]:
    """Only one process at a time makes or copies the template; the others find it made."""
    with (local_dir() / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def exists(cursor: CursorWrapper) -> bool:
    """Whether it has been made on this server."""
    return name() in _databases(cursor)


def make_from(database: str, cursor: CursorWrapper) -> None:
    """Copy a migrated database that nobody uses; templates of other migrations go."""
    for other in _databases(cursor):
        if other.startswith(_PREFIX):
            cursor.execute(f'DROP DATABASE "{other}"')
    cursor.execute(f'CREATE DATABASE "{name()}_new" TEMPLATE "{database}"')
    cursor.execute(f'ALTER DATABASE "{name()}_new" RENAME TO "{name()}"')  # whole or absent


def drop_left_over(cursor: CursorWrapper) -> None:
    """Drop the databases of runs that were killed: test_yihu_PID, test_yihu_PID_gw0."""
    for database in _databases(cursor):
        run = next((part for part in database.split("_") if part.isdigit()), None)
        if database.startswith("test_") and run and not _lives(int(run)):
            cursor.execute(f'DROP DATABASE "{database}" WITH (FORCE)')


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _databases(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database")
    return [found for (found,) in cursor.fetchall()]
