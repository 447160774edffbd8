"""The one way waybills are written: a load of many rows, compared with what is stored."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from core import sql
from customers.models import Customer
from organization.models import User
from shipments.models import WaybillEvent
from shipments.rules.stages import UNDER_WAY

SQL = Path(__file__).parent.parent / "sql"
# What a load may bring, as columns of shipments_incoming; what it leaves out keeps its stored
# value, or takes the column's default in a new waybill. `billed_id` comes with `billed_code`.
# `absent` names columns that a single row leaves as they are stored.
REQUIRED = ("line", "waybill_no", "shipper_id", "accepted_at", "revenue")
OPTIONAL = (
    *("consignee_id", "payer", "billed_code", "billed_id", "service", "promised_at"),
    *("delivered_at", "origin", "destination", "pickup_unit_id", "delivery_unit_id", "pieces"),
    *("weight_kg", "billed_weight_kg", "volume_m3", "cost", "currency", "declared_value"),
    *("cod_amount", "status", "exception", "claim_amount", "waiting_minutes", "storage_days"),
    *("source", "source_seq"),
)
ABSENT = "absent"
TEXTS = frozenset(
    {"waybill_no", "payer", "billed_code", "service", "origin", "destination", "currency"}
    | {"status", "exception", "source"}
)


@dataclass(slots=True)
class LoadResult:
    """What came of a load: counts of rows; `unchanged` includes `stale` and superseded ones."""

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    stale: int = 0  # older messages than what the same source has said already
    unpaid: list[tuple[int, str]] = field(default_factory=list)  # line, payer: nobody pays
    hidden: list[int] = field(default_factory=list)  # lines whose number is a stranger's waybill
    by_line: dict[int, str] = field(default_factory=dict)  # created, updated, stale, unchanged


class Load:
    """Rows on their way into the waybills, in the caller's transaction.

    References must be resolved: ids of customers that are not merged, ids of units. Several loads
    at once are safe, also with the same numbers: each waits for the other's numbers, in order.
    The web role sees and changes what its acting user may (row-level security).
    """

    def __init__(self, columns: Sequence[str], *, actor: User | None = None) -> None:
        """`columns`: REQUIRED, some of OPTIONAL, perhaps ABSENT: the order of the rows' values.

        With an `actor`, waybills of customers they may not see are not touched.
        """
        wrong = {*columns} - {*REQUIRED, *OPTIONAL, ABSENT} | {*REQUIRED} - {*columns}
        if wrong:
            raise ValueError(f"not the columns of a load: {sorted(wrong)}")
        self.columns = tuple(columns)
        self.actor = actor
        self.rows = 0
        self._copy = _copy_statement(self.columns)
        _call("shipments_open_load")

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Take rows: values in the order of the columns, None for null."""
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        for row in rows:
            writer.writerow(row)
            self.rows += 1
        text.seek(0)
        with connection.cursor() as cursor:
            cursor.cursor.copy_expert(self._copy, text)

    def finish(self, *, by_line: bool = False) -> LoadResult:
        """Write what differs; afterwards the load is empty.

        `by_line` says what became of each line; superseded and rejected ones are not among them.
        """
        result = LoadResult(rows=self.rows)
        _call("shipments_analyze_load")
        sql.run(SQL / "drop_superseded.sql")
        self._make_partitions()
        fresh = _call("shipments_add_keys")
        known = fresh < self.rows
        months = self._lock_stored() if known else []
        if months:
            self._keep_absent(months)
            self._keep_told(months)
        self._drop_unpaid(result)
        if known and self.actor is not None:
            result.hidden = self._drop_hidden(months, self.actor)
        if fresh:
            _call("shipments_analyze_load")
            result.created = sql.run(SQL / "insert_new.sql", all_new=not months)
        if months:
            self._update(months, result)
        if by_line:
            found: list[Any] = sql.rows(SQL / "outcomes.sql", months=months)
            result.by_line = dict(found)
        rejected = len(result.unpaid) + len(result.hidden)
        result.unchanged = result.rows - result.created - result.updated - rejected
        _call("shipments_close_load")
        return result

    def _make_partitions(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT month FROM shipments_incoming ORDER BY month")
            make_partitions([month for (month,) in cursor.fetchall()])

    def _lock_stored(self) -> list[Any]:
        """Lock the numbers that exist; return the months in which their waybills lie."""
        return [month for (month,) in sql.rows(SQL / "lock_keys.sql")]

    def _keep_absent(self, months: list[Any]) -> None:
        absent = [name for name in OPTIONAL if name not in self.columns]
        if set(absent) - {"billed_id"} or ABSENT in self.columns:
            sql.run(SQL / "keep_absent.sql", months=months, absent=absent)

    def _keep_told(self, months: list[Any]) -> None:
        if WaybillEvent.objects.filter(month__in=months).exists():
            sql.run(SQL / "keep_told.sql", months=months, under_way=sorted(UNDER_WAY))

    def _drop_hidden(self, months: list[Any], actor: User) -> list[int]:
        stored = {pk for (pk,) in sql.rows(SQL / "stored_customers.sql", months=months)}
        seen = Customer.objects.visible_to(actor).filter(pk__in=stored)
        hidden = list(stored - set(seen.values_list("pk", flat=True)))
        lines: list[Any] = sql.rows(SQL / "drop_hidden.sql", months=months, hidden=hidden)
        return sorted(line for (line,) in lines)

    def _drop_unpaid(self, result: LoadResult) -> None:
        unpaid: list[Any] = sql.rows(SQL / "drop_unpaid.sql")
        result.unpaid = [(line, payer) for line, payer in unpaid]

    def _update(self, months: list[Any], result: LoadResult) -> None:
        if "source_seq" in self.columns:
            stale: Any = sql.rows(SQL / "count_stale.sql", months=months)[0][0]
            result.stale = stale
        result.updated = sql.run(SQL / "update_changed.sql", months=months)


def _call(function: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}()")
        return cursor.fetchone()[0]


def make_partitions(months: Iterable[int]) -> None:
    """The partitions of these months (year * 12 + month - 1); those that exist stay."""
    with connection.cursor() as cursor:
        for month in sorted(months):
            cursor.execute("SELECT shipments_make_partition(%s)", [month])


def _copy_statement(columns: Sequence[str]) -> str:
    """COPY of CSV, where an empty cell is null, but an empty text in columns of text."""
    texts = ", ".join(name for name in columns if name in TEXTS)
    return (
        f"COPY shipments_incoming ({', '.join(columns)}) FROM STDIN"
        f" (FORMAT csv, FORCE_NOT_NULL ({texts}))"
    )
