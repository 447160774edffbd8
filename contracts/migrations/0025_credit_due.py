"""Whatever changes what a customer stands for notes the customer; it is judged within a second.

By triggers, because limits, groups and waybills are written below this app and tables come from files:
no writer can forget to tell (decision 45). Rows are only appended: loads never wait for one another.
"""

from django.db import migrations

DUE = """
CREATE TABLE contracts_creditdue (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL);
REVOKE ALL ON contracts_creditdue FROM crm_app, crm_job;
-- Files that go, as those of a demonstration do, take theirs along.
GRANT DELETE ON contracts_creditstate, contracts_creditdecision TO crm_job;

CREATE FUNCTION contracts_note_credit_file() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO contracts_creditdue (customer_id)
    SELECT id FROM unnest(ARRAY[NEW.id, OLD.parent_id]) id WHERE id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER note_credit AFTER UPDATE OF credit_limit, deposit, parent_id ON customers_customer FOR EACH ROW
    WHEN ((OLD.credit_limit, OLD.deposit, OLD.parent_id) IS DISTINCT FROM (NEW.credit_limit, NEW.deposit, NEW.parent_id))
    EXECUTE FUNCTION contracts_note_credit_file();

CREATE FUNCTION contracts_note_credit_money() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO contracts_creditdue (customer_id) SELECT DISTINCT customer_id FROM moved;
    RETURN NULL;
END $$;
"""
DUE_BACK = """
REVOKE DELETE ON contracts_creditstate, contracts_creditdecision FROM crm_job;
DROP TRIGGER note_credit ON customers_customer; DROP FUNCTION contracts_note_credit_file();
DROP FUNCTION contracts_note_credit_money(); DROP TABLE contracts_creditdue;
"""

# Allocations change the lines and receipts they join; statements become lines.
MONEY = ("contracts_planline", "contracts_receipt", "contracts_contract")
ON_MONEY = "".join(
    f"""
CREATE TRIGGER note_credit_new AFTER INSERT ON {table} REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_note_credit_money();
CREATE TRIGGER note_credit_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_note_credit_money();
"""
    for table in MONEY
)
ON_MONEY_BACK = "".join(
    f"DROP TRIGGER note_credit_new ON {table}; DROP TRIGGER note_credit_changed ON {table};"
    for table in MONEY
)

WAYBILLS = """
CREATE FUNCTION contracts_note_credit_shipped() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Waybills count for those with monthly settlement only.
BEGIN
    INSERT INTO contracts_creditdue (customer_id)
    SELECT it.customer_id FROM (SELECT DISTINCT customer_id FROM moved) it
     WHERE EXISTS (SELECT 1 FROM contracts_contract c
                    WHERE c.customer_id = it.customer_id AND c.settlement = 'monthly');
    RETURN NULL;
END $$;
CREATE TRIGGER note_credit_new AFTER INSERT ON shipments_waybill REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_note_credit_shipped();
CREATE TRIGGER note_credit_changed AFTER UPDATE ON shipments_waybill REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_note_credit_shipped();
CREATE TRIGGER note_credit_gone AFTER DELETE ON shipments_waybill REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_note_credit_shipped();
"""
WAYBILLS_BACK = """
DROP TRIGGER note_credit_new ON shipments_waybill; DROP TRIGGER note_credit_changed ON shipments_waybill;
DROP TRIGGER note_credit_gone ON shipments_waybill; DROP FUNCTION contracts_note_credit_shipped();
"""

JUDGE = """
CREATE FUNCTION contracts_judge_due(most integer, day date, home text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Judges those that were noted, `most` notes at a time; returns how many notes there were. Notes that somebody
-- else is at are theirs.
DECLARE
    noted bigint[];
BEGIN
    WITH taken AS (
        DELETE FROM contracts_creditdue d
         WHERE d.id IN (SELECT id FROM contracts_creditdue ORDER BY id LIMIT most FOR UPDATE SKIP LOCKED)
        RETURNING d.customer_id
    )
    SELECT coalesce(array_agg(customer_id), '{}') INTO noted FROM taken;
    PERFORM contracts_keep_credit(ARRAY(SELECT DISTINCT id FROM unnest(noted) id ORDER BY id), day, home, 'facts')
      WHERE noted <> '{}';
    RETURN cardinality(noted);
END $$;
REVOKE ALL ON FUNCTION contracts_judge_due(integer, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contracts_judge_due(integer, date, text) TO crm_job;
"""


class Migration(migrations.Migration):
    """The notes, who writes them, who takes them."""

    dependencies = [
        ("contracts", "0024_credit_functions"),
        ("customers", "0035_planned_once"),
        ("shipments", "0017_told_by_number"),
    ]
    operations = [
        migrations.RunSQL(DUE, DUE_BACK),
        migrations.RunSQL(ON_MONEY, ON_MONEY_BACK),
        migrations.RunSQL(WAYBILLS, WAYBILLS_BACK),
        migrations.RunSQL(JUDGE, "DROP FUNCTION contracts_judge_due(integer, date, text)"),
    ]
