"""Every column that names a customer has been decided on: what a merge does with it."""

import pytest
from django.apps import apps
from django.db import connection

from customers.models import Customer
from workspace.merging.relations import FOLLOWS, MOVES, STAYS, WAYBILLS

pytestmark = pytest.mark.django_db

LISTED = {relation.place for relation in (*MOVES, *FOLLOWS)} | set(STAYS) | set(WAYBILLS)
TOLD_APART = {"customers_contact.customer_id"}  # same names get the code behind them
FOR_THEMSELVES = {"customers_merge", "customers_mergedrows", "customers_duplicate"}


def rows(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def naming_a_customer() -> set[str]:
    """Columns with a foreign key to customers, or called like one; and what the models say."""
    found = {
        place
        for (place,) in rows(
            "SELECT c.relname || '.' || a.attname FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
            " AND NOT c.relispartition"
            " AND (a.attname ~ '(^|_)customer_ids?$' OR EXISTS (SELECT 1 FROM pg_constraint f"
            "      WHERE f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey)"
            "      AND f.confrelid = 'customers_customer'::regclass))"
        )
    }
    return found | {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is Customer
    }


def test_a_merge_knows_every_column_that_names_a_customer():
    assert naming_a_customer() - LISTED == set(), "add it to workspace/merging/relations.py"


def test_what_is_listed_exists():
    columns = {
        place
        for (place,) in rows(
            "SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a"
            " ON a.attrelid = c.oid AND a.attnum > 0"
        )
    }
    assert LISTED - columns == set()


@pytest.mark.parametrize("relation", MOVES, ids=lambda relation: relation.place)
def test_what_the_database_allows_once_a_customer_is_declared(relation):
    """A unique index with the customer in it: its other columns are `once_per`."""
    found = rows(
        "SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_index i"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " WHERE i.indrelid = %s::regclass AND i.indisunique"
        " GROUP BY i.indexrelid HAVING %s = ANY (array_agg(a.attname::text))",
        relation.table,
        relation.column,
    )
    once = [set(names) - {relation.column} for (names,) in found if "id" not in names]
    if relation.place in TOLD_APART:
        assert relation.once_per is None
    else:
        assert once == ([set(relation.once_per)] if relation.once_per is not None else [])


@pytest.mark.parametrize("place", sorted({r.place for r in (*MOVES, *FOLLOWS)} | set(WAYBILLS)))
def test_a_worker_may_move_the_rows(place):
    table, _dot, column = place.partition(".")
    [(may,)] = rows("SELECT has_column_privilege('crm_job', %s, %s, 'UPDATE')", table, column)
    assert may, f"GRANT UPDATE ({column}) ON {table} TO crm_job"


def test_new_rows_of_a_merged_file_go_to_the_one_that_stays():
    with_key = {
        name
        for (name,) in rows(
            "SELECT c.relname FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND f.conkey = ARRAY[a.attnum]"
            " WHERE f.contype = 'f' AND f.confrelid = 'customers_customer'::regclass"
            " AND a.attname = 'customer_id'"
        )
    }
    guarded = {
        name
        for (name,) in rows(
            "SELECT tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE p.proname = 'customers_hang_on_survivor'"
        )
    }
    assert with_key - guarded == FOR_THEMSELVES
