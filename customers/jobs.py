"""What the night finds out about the files themselves: which of them may be one company."""

import datetime as dt
from pathlib import Path

from django.db import connection

from core import sql
from core.rules import BUSINESS_ZONE

SQL = Path(__file__).parent / "sql"
LIKENESS = 0.5  # of the trigrams of both names; below, most pairs are strangers of one city
MOST_LOOKED_UP = 2_000  # changed files a night whose names are compared by likeness and sound


def find_duplicates(day: dt.date) -> int:
    """Write down pairs that may be one company, seen from what changed around the day.

    From the day before `day` to the end of the one after it, on which its night runs: what changed
    later is for later nights. Returns how many pairs are new or judged anew.
    """
    since, until = (
        dt.datetime.combine(day + dt.timedelta(days=days), dt.time(), BUSINESS_ZONE)
        for days in (-1, 2)
    )
    sql.run(SQL / "forget_duplicates.sql", since=since, until=until)
    with connection.cursor() as cursor:  # else the index hands over names far less alike
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(LIKENESS)]
        )
    return sql.run(
        SQL / "find_duplicates.sql",
        day=day,
        since=since,
        until=until,
        most=MOST_LOOKED_UP,
        likeness=LIKENESS,
    )
