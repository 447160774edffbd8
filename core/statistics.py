"""What the database knows of its tables: gathered when they grew, so that plans fit at once."""

from django.db import connection


def gather_statistics(*, grown_only: bool = True) -> int:
    """Gather the statistics of tables that grew much since the last time; returns of how many.

    `grown_only=False` takes all, also what the caller's own transaction has just written. The
    tables stay locked against other gathering, not against reading or writing, until its end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_gather_statistics(%s)", [grown_only])
        count: int = cursor.fetchone()[0]
    return count
