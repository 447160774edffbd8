"""The statements that move rows from one file to another, and back. Runs as crm_job."""
# ruff: noqa: S608  (tables and columns come from relations.py)

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from core import sql
from customers.models import Merge, MergedRows
from workspace.merging.relations import (
    CONTRACTS,
    FOLLOWS,
    INVOICES,
    LINES,
    MOVES,
    PROMISES,
    RECEIPTS,
    STATEMENTS,
    WAYBILLS,
    Follows,
    Moves,
)
from workspace.merging.tied import Paper, going_back

SQL = Path(__file__).parent / "sql"
_PAPERS = (CONTRACTS, LINES, RECEIPTS, PROMISES, STATEMENTS, INVOICES)
# Which papers belong together: place and column of both, and the table the pair stands in.
_TIES = (
    (LINES, "id", CONTRACTS, "contract_id", "contracts_planline"),
    (RECEIPTS, "id", LINES, "line_id", "contracts_receipt"),
    (RECEIPTS, "receipt_id", LINES, "line_id", "contracts_allocation"),
    (PROMISES, "id", LINES, "line_id", "contracts_promise"),
    (PROMISES, "id", PROMISES, "replaces_id", "contracts_promise"),
    (STATEMENTS, "id", CONTRACTS, "contract_id", "contracts_statement"),
    (STATEMENTS, "id", LINES, "line_id", "contracts_statement"),
    (INVOICES, "id", INVOICES, "corrects_id", "contracts_invoice"),
    (INVOICES, "invoice_id", LINES, "line_id", "contracts_invoiceline"),
    (LINES, "line_id", LINES, "billed_as_id", "contracts_interestcharge"),
)


def move_all(merge: Merge) -> None:
    """Everything of the file that goes hangs on the one that stays; the merge notes which rows."""
    _hold_loads()
    kept, merged = merge.customer_id, merge.merged_id
    with _as_merge():
        sql.run(SQL / "move_waybills.sql", merge=merge.pk, kept=kept, merged=merged)
    for relation in MOVES:
        _move(merge, relation)
    _follow(merge)
    _restate_money(merge)


def return_all(merge: Merge) -> None:
    """What moved hangs on the file that went again, and what was added to it since.

    The file that went must be unmerged by then, or its rows would be sent on.
    """
    _hold_loads()
    kept, merged = merge.customer_id, merge.merged_id
    with _as_merge():
        sql.run(SQL / "return_waybills.sql", merge=merge.pk, kept=kept, merged=merged)
    rows = {row.place: row for row in merge.rows.exclude(place__in=WAYBILLS)}
    papers = _papers_going_back(merge, rows)
    for relation in MOVES:
        if relation.place in _PAPERS:
            _return(
                merge, relation, (paper.pk for paper in papers if paper.place == relation.place)
            )
        elif row := rows.get(relation.place):
            _return(merge, relation, map(int, row.ids))
    _follow(merge)
    _restate_money(merge)


def _run(statement: str, *values: int | str | list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def _as_merge() -> Iterator[None]:
    """What changes in published months is traced as of a merge, not as of another payer."""
    _run("SELECT set_config('shipments.cause', 'merge', true)")
    yield
    _run("SELECT set_config('shipments.cause', '', true)")


def _hold_loads() -> None:
    """Loads of waybills wait till the end: they have looked up whom their rows name."""
    _run("SELECT pg_advisory_xact_lock(hashtext('shipments references'))")


def _move(merge: Merge, relation: Moves) -> None:
    table, column = relation.table, relation.column
    _run(
        f"WITH moved AS (UPDATE {table} AS t SET {column} = %s WHERE t.{column} = %s"
        f" AND {_allowed(relation)} RETURNING t.id::text AS id)"
        " INSERT INTO customers_mergedrows (merge_id, customer_id, place, number, ids, last_id)"
        f" SELECT %s, %s, %s, count(*), coalesce(array_agg(id), '{{}}'),"
        f" (SELECT max(id) FROM {table}) FROM moved",
        *(merge.customer_id, merge.merged_id),
        *([merge.customer_id] if relation.once_per is not None else []),
        *(merge.pk, merge.customer_id, relation.place),
    )


def _allowed(relation: Moves) -> str:
    """Whether the file that stays has no row in the way."""
    if relation.once_per is None:
        return "true"
    same = "".join(f" AND o.{name} = t.{name}" for name in relation.once_per)
    ours, theirs = relation.where.format(row="t"), relation.where.format(row="o")
    return (
        f"NOT ({ours} AND EXISTS (SELECT 1 FROM {relation.table} o"
        f" WHERE o.{relation.column} = %s AND {theirs}{same}))"
    )


def _return(merge: Merge, relation: Moves, ids: Iterable[int]) -> None:
    table, column = relation.table, relation.column
    _run(
        f"UPDATE {table} SET {column} = %s WHERE id = ANY (%s) AND {column} = %s",
        *(merge.merged_id, list(ids), merge.customer_id),
    )


def _follow(merge: Merge) -> None:
    for relation in FOLLOWS:
        _run(_following(relation), *[[merge.customer_id, merge.merged_id]] * 2)


def _following(relation: Follows) -> str:
    table, _dot, column = relation.place.partition(".")
    return (
        f"UPDATE {table} AS t SET {column} = p.customer_id FROM {relation.parent} AS p"
        f" WHERE {relation.belongs} AND t.{column} = ANY (%s) AND p.customer_id = ANY (%s)"
        f" AND t.{column} <> p.customer_id"
    )


def _papers_going_back(merge: Merge, rows: dict[str, MergedRows]) -> set[Paper]:
    moved = [Paper(place, int(pk)) for place in _PAPERS if place in rows for pk in rows[place].ids]
    last = {place: (rows[place].last_id or 0) if place in rows else 0 for place in _PAPERS}
    return going_back(_pairs(merge.customer_id), moved, last)


def _pairs(customer: int) -> list[tuple[Paper, Paper]]:
    """Papers of the customer that belong together, as _TIES says."""
    ties = (
        f"SELECT '{place}', {column}, '{other}', {named} FROM {table}"
        f" WHERE customer_id = %(customer)s AND {named} IS NOT NULL"
        for place, column, other, named, table in _TIES
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(ties), {"customer": customer})
        return [(Paper(*row[:2]), Paper(*row[2:])) for row in cursor.fetchall()]


def _restate_money(merge: Merge) -> None:
    _run("SELECT contracts_restate_ageing(%s)", [merge.customer_id, merge.merged_id])
