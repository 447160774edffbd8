"""What the night does to files: finds those that may be one company, ends what has lapsed."""

import datetime as dt
from pathlib import Path

from django.db import connection
from django.utils import timezone

from core import sql
from core.rules import BUSINESS_ZONE
from customers.models import PolicyDeviation

SQL = Path(__file__).parent / "sql"
LIKENESS = 0.5  # of the trigrams of both names; below, most pairs are strangers of one city
MOST_LOOKED_UP = 2_000  # changed files a night whose names are compared by likeness and sound


def end_lapsed_deviations(day: dt.date) -> int:
    """End deviations from service policies whose last day was `day` or one before; how many.

    They count no longer anyway: this makes the point free for another one and tells dispatch.
    """
    return PolicyDeviation.objects.lapsed(day).update(ended_at=timezone.now())


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
