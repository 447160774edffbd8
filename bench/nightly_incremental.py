"""The night after one day's waybills, held against the night computed from all facts (S3)."""
# ruff: noqa: S608  (the columns come from the database itself)

from collections.abc import Iterator

from django.db import connection

from bench.nightly import (
    CUSTOMERS,
    FIRST_NIGHT,
    NIGHT,
    WAYBILLS,
    atomic,
    build,
    current,
    published,
    timed,
)
from core.models import Version
from drill import _results as results

GOAL = 0.25


def main(scale: float) -> Iterator[dict[str, object]]:
    """Yield the first night, that after a day, and the same from the facts; raises where unlike."""
    build(scale)
    if Version.objects.current() is None:  # else the data were kept
        first = timed(lambda: published(FIRST_NIGHT))
        yield {"name": "nightly_incremental: the night before", "seconds": round(first, 3)}
    shipped, customers = a_day_comes()
    change = timed(lambda: published(NIGHT))
    found = results.of_version(current().pk)
    full = timed(lambda: published(NIGHT, rebuild=True))
    differing = [
        name for name, rows in results.of_version(current().pk).items() if rows != found[name]
    ]
    if differing:
        raise RuntimeError(f"The night after a day differs from the full one in {differing}.")
    yield {
        "name": "nightly_incremental: after one day",
        "customers": int(CUSTOMERS * scale),
        "waybills": int(WAYBILLS * scale),
        "waybills_of_the_day": shipped,
        "customers_of_the_day": customers,
        "seconds": round(change, 3),
        "limit": round(full, 3),
        "ratio": round(change / full, 3),
        "goal": GOAL,
    }


def a_day_comes() -> tuple[int, int]:
    """The waybills of the day before once more, a day later, through all triggers."""
    moved = {"waybill_no": "waybill_no || 'N'", "accepted_at": "accepted_at + interval '1 day'"}
    with atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'shipments_waybill'::regclass"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        )
        columns = [name for (name,) in cursor.fetchall()]
        values = [moved.get(column, column) for column in columns]
        cursor.execute(
            f"INSERT INTO shipments_waybill ({', '.join(columns)}) SELECT {', '.join(values)}"
            " FROM shipments_waybill WHERE month = shipments_month(%s) AND accepted_on = %s",
            [FIRST_NIGHT, FIRST_NIGHT],
        )
        shipped = cursor.rowcount
        cursor.execute(
            "SELECT count(DISTINCT customer_id) FROM shipments_waybill"
            " WHERE month = shipments_month(%s) AND accepted_on = %s",
            [NIGHT, NIGHT],
        )
        return shipped, cursor.fetchone()[0]
