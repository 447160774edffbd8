"""Who acts: settings local to one database transaction, read by row-level security and history.

They live in the transaction (`set_config(..., true)`), so nothing leaks to the next user of a
pooled connection.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


def set_context(
    *, user_id: int | None, actor: str, request_id: str = "", writing: bool = False
) -> None:
    """Say in the current transaction who acts; `user_id` None means nobody signed in.

    `writing`: customers the person may only read are hidden, so that nothing can be done to them.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.user_id', %s, true), set_config('app.actor', %s, true),"
            " set_config('app.request_id', %s, true), set_config('app.writing', %s, true)",
            [str(user_id or ""), actor, request_id, "on" if writing else ""],
        )


@contextmanager
def looking_into_pool() -> Iterator[None]:
    """Within it, account managers reach what lies in their unit's pool (customers/migrations)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.pool', true)")
        before = cursor.fetchone()[0] or ""
        cursor.execute("SELECT set_config('app.pool', 'on', true)")
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.pool', %s, true)", [before])


@contextmanager
def acting(
    *, user_id: int | None = None, actor: str, request_id: str = "", writing: bool = False
) -> Iterator[None]:
    """One transaction in which `actor` acts; rows are limited to what `user_id` may see."""
    with transaction.atomic():
        set_context(user_id=user_id, actor=actor, request_id=request_id, writing=writing)
        yield
