"""Migration operations that put a table under history and row-level security."""

from django.db.migrations.operations import RunSQL


def track_history(
    table: str, *, customer: str, masked: str = "", ignored: str = "", derived: str = ""
) -> RunSQL:
    """Record every change of the table's rows (core/migrations/0006_first_filling.py).

    `customer` names the column with the customer's id ("" for rows of no customer), `masked` the
    restricted columns whose values are recorded only as changed, `ignored` columns that follow from
    others at once, `derived` columns that a job fills: the first filling is not recorded.
    """
    arguments = f"'{customer}', '{masked}', '{ignored}', '{derived}'"
    return RunSQL(
        f"CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION core_record_history({arguments})",
        f"DROP TRIGGER history ON {table}",
    )


# Only of tables with a foreign key: nightly results and waybills name files that are not merged.
# The function is made by customers/migrations/0015, which sees to the tables there are by then.
_SURVIVOR = """
DO $$ BEGIN
    IF to_regproc('customers_hang_on_survivor') IS NOT NULL
       AND '{table}' NOT IN ('customers_merge', 'customers_mergedrows')
       AND EXISTS (SELECT 1 FROM pg_constraint f
                     JOIN pg_attribute a ON a.attrelid = f.conrelid AND f.conkey = ARRAY[a.attnum]
                    WHERE f.contype = 'f' AND f.conrelid = '{table}'::regclass
                      AND f.confrelid = 'customers_customer'::regclass
                      AND a.attname = 'customer_id') THEN
        CREATE TRIGGER aa_survivor BEFORE INSERT OR UPDATE OF customer_id ON {table}
            FOR EACH ROW EXECUTE FUNCTION customers_hang_on_survivor();
    END IF;
END $$;
"""


def secure_rows(table: str, *, customer: str = "customer_id") -> RunSQL:
    """Let crm_app reach only rows whose customer the acting user may see.

    ENABLE without FORCE: migrations and dumps by the owner see all rows. OFFSET 0 keeps the
    planner from reading all customers first (migration 0009). A new row of a merged customer
    goes to the file it was merged into.
    """
    visible = (
        "(SELECT app_sees_all()) OR EXISTS"
        f" (SELECT 1 FROM customers_customer c WHERE c.id = {table}.{customer} OFFSET 0)"
    )
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f" CREATE POLICY visible ON {table} TO crm_app USING ({visible});"
        + _SURVIVOR.format(table=table),
        f"DROP TRIGGER IF EXISTS aa_survivor ON {table};"
        f" DROP POLICY visible ON {table}; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )


def versioned_table(table: str, columns: str, *, indexes: list[str]) -> RunSQL:
    """A nightly result table: `version bigint` and `columns`, one partition a version.

    `indexes` are what each finished partition gets, e.g. "UNIQUE (customer_id)" or
    "(revenue_12m DESC, customer_id)". Web processes may only read it.
    """
    quoted = ", ".join("'" + index.replace("'", "''") + "'" for index in indexes)
    return RunSQL(
        f"CREATE TABLE {table} (version bigint NOT NULL, {columns}) PARTITION BY LIST (version);"
        f" REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM crm_app;"
        f" INSERT INTO core_versionedtable (name, indexes) VALUES ('{table}', ARRAY[{quoted}])",
        f"DELETE FROM core_versionedtable WHERE name = '{table}'; DROP TABLE {table}",
    )
