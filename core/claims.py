"""A piece of work has one worker: an advisory lock that ends with the worker's connection.

Unlike a row that says "in work", it cannot outlive a killed process.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, InterfaceError, connection

_LOOK_FOR_CLIENT = "2s"  # how long a statement outlives its killed process


@contextmanager
def claimed(what: str, number: int) -> Iterator[bool]:
    """Whether this process has the piece of work `number` for itself, until the block ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('client_connection_check_interval', %s, false),"
            " pg_try_advisory_lock(hashtext(%s), %s)",
            [_LOOK_FOR_CLIENT, what, number],
        )
        mine = bool(cursor.fetchone()[1])
    try:
        yield mine
    finally:
        if mine:
            _release(what, number)


def _release(what: str, number: int) -> None:
    # A connection that is gone has released it.
    with suppress(DatabaseError, InterfaceError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(hashtext(%s), %s)", [what, number])


def is_claimed(what: str, number: int) -> bool:
    """Whether a living process works on it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid = hashtext(%s)::oid AND objid = %s::oid)",
            [what, number],
        )
        return bool(cursor.fetchone()[0])
