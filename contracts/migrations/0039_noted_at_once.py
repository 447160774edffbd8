"""Nothing that credit follows from goes unnoted: holds, releases, ends of limits, new members, merges, time."""

from importlib import import_module

from django.db import migrations

noted = import_module("contracts.migrations.0025_credit_due")

FILES = """
CREATE OR REPLACE FUNCTION contracts_note_credit_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- A file that changes, the group it leaves, the file it is merged into or freed from.
BEGIN
    INSERT INTO contracts_creditdue (customer_id)
    SELECT id FROM unnest(ARRAY[NEW.id, OLD.parent_id, NEW.merged_into_id, OLD.merged_into_id]) id
     WHERE id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER note_credit AFTER UPDATE OF credit_limit, deposit, parent_id, merged_into_id ON customers_customer
    FOR EACH ROW WHEN ((OLD.credit_limit, OLD.deposit, OLD.parent_id, OLD.merged_into_id)
                       IS DISTINCT FROM (NEW.credit_limit, NEW.deposit, NEW.parent_id, NEW.merged_into_id))
    EXECUTE FUNCTION contracts_note_credit_file();
-- Whoever is new below a group shares its limit, used up or not.
CREATE TRIGGER note_credit_new AFTER INSERT ON customers_customer FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL)
    EXECUTE FUNCTION contracts_note_credit_file();
"""
_FUNCTION = noted.DUE[
    noted.DUE.index("CREATE FUNCTION contracts_note_credit_file") : noted.DUE.index(
        "CREATE FUNCTION contracts_note_credit_money"
    )
]
FILES_BACK = (
    "DROP TRIGGER note_credit_new ON customers_customer; DROP TRIGGER note_credit ON customers_customer;"
    "DROP FUNCTION contracts_note_credit_file();" + _FUNCTION
)

# What people decide, also where it is written by SQL, an import or a merge.
DECIDED = ("contracts_credithold", "contracts_creditrelease", "customers_creditlimitchange")
ON_DECIDED = "".join(
    f"""
CREATE TRIGGER note_credit_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_note_credit_money();
CREATE TRIGGER note_credit_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_note_credit_money();
"""
    for table in DECIDED
)
ON_DECIDED_BACK = "".join(
    f"DROP TRIGGER note_credit_new ON {table}; DROP TRIGGER note_credit_changed ON {table};" for table in DECIDED
)

JUDGE = """
CREATE OR REPLACE FUNCTION contracts_judge_due(most integer, day date, home text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Judges those that were noted, `most` notes at a time, and those whose release or limit has ended since they were
-- judged; returns how many. Notes that somebody else is at are theirs.
DECLARE
    due bigint[];
BEGIN
    WITH taken AS (
        DELETE FROM contracts_creditdue d
         WHERE d.id IN (SELECT id FROM contracts_creditdue ORDER BY id LIMIT most FOR UPDATE SKIP LOCKED)
        RETURNING d.customer_id
    ), released AS (
        SELECT k.customer_id FROM contracts_creditstate k WHERE k.release_until < $2 LIMIT most
    ), limited AS (
        SELECT k.customer_id FROM contracts_creditstate k WHERE k.limit_until < $2 AND k.day <= k.limit_until LIMIT most
    )
    SELECT array_agg(customer_id) INTO due
      FROM (SELECT * FROM taken UNION ALL SELECT * FROM released UNION ALL SELECT * FROM limited) it;
    PERFORM contracts_keep_credit(ARRAY(SELECT DISTINCT id FROM unnest(due) id ORDER BY id), day, home, 'facts')
      WHERE due IS NOT NULL;
    RETURN coalesce(cardinality(due), 0);
END $$;
"""
JUDGE_BACK = noted.JUDGE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

class Migration(migrations.Migration):
    """Who writes notes and who takes them."""

    dependencies = [("contracts", "0038_credit_follows"), ("customers", "0036_credit_vetoes")]
    operations = [
        migrations.RunSQL(FILES, FILES_BACK),
        migrations.RunSQL(ON_DECIDED, ON_DECIDED_BACK),
        migrations.RunSQL(JUDGE, JUDGE_BACK),
    ]
