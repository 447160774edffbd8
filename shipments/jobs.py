"""By night: the rollups recounted where something changed, partitions for the months to come."""

import datetime as dt
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

from core import sql
from core.rules import add_months
from shipments.models import CustomerMonth, LaneMonth
from shipments.rules import month_number
from shipments.services import make_partitions

SQL = Path(__file__).parent / "sql"
MONTHS_AHEAD = 2
log = logging.getLogger(__name__)


class RollupCheck(NamedTuple):
    """How many customers' months were recounted, and how many of them had been wrong."""

    recounted: int
    different: int


@dataclass(frozen=True, slots=True)
class _Rollup:
    """A table of addends with the statements that recount a month of it and compare one."""

    model: type[CustomerMonth] | type[LaneMonth]
    recount: str
    compare: str
    compare_besides: str = ""  # of what the recount makes besides

    def changed_months(self) -> list[int]:
        """Months of which something came since the last check."""
        unfolded = self.model._default_manager.filter(folded=False).order_by("month")
        return list(unfolded.values_list("month", flat=True).distinct())


_CUSTOMERS = _Rollup(
    CustomerMonth, "check_rollups.sql", "compare_rollups.sql", compare_besides="compare_pairs.sql"
)
_LANES = _Rollup(LaneMonth, "check_lanes.sql", "compare_lanes.sql")


def check_rollups(*, everyone: bool = False) -> RollupCheck:
    """Recount what changed since the last check; a difference is put right and logged as an error.

    With a customer's month go the pairs of shipper and consignee in it (C10), which nothing else
    writes.
    `everyone` recounts all months of all customers from their waybills: the rebuild from facts.
    Only what differs is written. Runs in the caller's transaction, which must not be a snapshot
    (the check waits for another one); those who write waybills go on meanwhile.
    """
    return _check(_CUSTOMERS, everyone=everyone)


def check_lanes(*, everyone: bool = False) -> RollupCheck:
    """The same of customers' months by service and lane; counts are of months of lanes."""
    return _check(_LANES, everyone=everyone)


def _check(rollup: _Rollup, *, everyone: bool) -> RollupCheck:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('shipments rollups'))")
    changed = rollup.changed_months()
    recounted = different = 0
    for month in _all_months() if everyone else changed:
        compared, suspects = _compare(rollup, month) if everyone else (0, [])
        found = RollupCheck(0, 0)
        if suspects or month in changed:
            found = _recount(rollup, month, suspects)
        recounted += max(compared, found.recounted)
        different += found.different
    return RollupCheck(recounted, different)


def _recount(rollup: _Rollup, month: int, suspects: list[int]) -> RollupCheck:
    """The month's rows of these customers, and of those of whom anything came, written anew."""
    row: Any = sql.rows(SQL / rollup.recount, month=month, suspects=suspects)[0]
    found = RollupCheck(*row)
    if found.different:
        log.error("Rollups of month %s differed for %s customers.", month, found.different)
    return found


def _compare(rollup: _Rollup, month: int) -> tuple[int, list[int]]:
    """How many rows the month's rollup has, and the customers whose rows are not what they sent."""
    [(rows, suspects)] = sql.rows(SQL / rollup.compare, month=month)
    if rollup.compare_besides:
        [(others,)] = sql.rows(SQL / rollup.compare_besides, month=month)
        suspects = sorted({*suspects, *others})
    return rows, suspects


def prepare_partitions(day: dt.date) -> int:
    """Make the partitions of this month and the next ones, so that no load has to."""
    months = [month_number(add_months(day, ahead)) for ahead in range(MONTHS_AHEAD + 1)]
    make_partitions(months)
    return len(months)


def _all_months() -> list[int]:
    """Months that have a partition, and so perhaps waybills; the table's rows are not read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT substring(part.relname FROM '[0-9]{6}$')::int"
            " FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid"
            " WHERE inhparent = 'shipments_waybill'::regclass ORDER BY 1"
        )
        return [number // 100 * 12 + number % 100 - 1 for (number,) in cursor.fetchall()]
