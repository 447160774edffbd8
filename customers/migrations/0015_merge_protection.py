"""What keeps a merged file whole: nothing hangs on it any more, nobody edits it, it stands where its survivor stands."""

from django.db import migrations

from core.protection import secure_rows

SURVIVORS = """
CREATE FUNCTION customers_hang_on_survivor() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What is written to a merged file belongs to the one that stays. The lock (the foreign key takes the
-- same a moment later) waits for a merge under way, or makes it wait.
DECLARE
    survivor bigint;
BEGIN
    LOOP
        SELECT merged_into_id INTO survivor FROM customers_customer WHERE id = NEW.customer_id FOR KEY SHARE;
        EXIT WHEN survivor IS NULL;
        NEW.customer_id := survivor;
    END LOOP;
    RETURN NEW;
END $$;

CREATE FUNCTION customers_keep_merged() RETURNS trigger LANGUAGE plpgsql AS $$
-- People change the file that stays; what the night computes and where the file stands are not edits.
DECLARE
    free text[] := '{merged_into_id,org_unit_id,account_manager_id,tier,size,abc_class}';
BEGIN
    IF to_jsonb(NEW) - free IS DISTINCT FROM to_jsonb(OLD) - free THEN
        RAISE EXCEPTION 'customer % was merged into another: change that one', OLD.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'customer_merged_is_kept';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_merged BEFORE UPDATE ON customers_customer FOR EACH ROW
    WHEN (OLD.merged_into_id IS NOT NULL AND NEW.merged_into_id IS NOT NULL
          AND nullif(current_setting('app.user_id', true), '') IS NOT NULL)
    EXECUTE FUNCTION customers_keep_merged();

CREATE FUNCTION customers_follow_survivor() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Whoever sees the file that stays sees the history of those merged into it. Others have followed the
-- moves noted so far (migration 0007): they are forgotten before new ones are noted.
DECLARE
    moved bigint[] := (SELECT array_agg(m.customer_id) FROM customers_moving m
                        WHERE EXISTS (SELECT 1 FROM customers_customer c WHERE c.merged_into_id = m.customer_id));
BEGIN
    IF moved IS NOT NULL THEN
        DELETE FROM customers_moving;
        UPDATE customers_customer c
           SET org_unit_id = survivor.org_unit_id, account_manager_id = survivor.account_manager_id
          FROM customers_customer survivor
         WHERE survivor.id = ANY (moved) AND c.merged_into_id = survivor.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_survivor AFTER UPDATE OF org_unit_id, account_manager_id ON customers_customer
    FOR EACH STATEMENT EXECUTE FUNCTION customers_follow_survivor();
"""
SURVIVORS_BACK = """
DROP TRIGGER follow_survivor ON customers_customer; DROP FUNCTION customers_follow_survivor();
DROP TRIGGER keep_merged ON customers_customer; DROP FUNCTION customers_keep_merged();
DROP FUNCTION customers_hang_on_survivor() CASCADE;
"""

# Tables made before; those made later get it from core.protection.secure_rows.
EARLIER = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT c.relname FROM pg_constraint f
                  JOIN pg_class c ON c.oid = f.conrelid
                  JOIN pg_attribute a ON a.attrelid = c.oid AND f.conkey = ARRAY[a.attnum]
                 WHERE f.contype = 'f' AND f.confrelid = 'customers_customer'::regclass
                   AND a.attname = 'customer_id' AND c.relname NOT IN
                       ('customers_merge', 'customers_mergedrows', 'customers_duplicate')
    LOOP
        EXECUTE format('CREATE TRIGGER aa_survivor BEFORE INSERT OR UPDATE OF customer_id ON %I'
                       ' FOR EACH ROW EXECUTE FUNCTION customers_hang_on_survivor()', name);
    END LOOP;
END $$;
"""

PAIRS = """
ALTER TABLE customers_duplicate ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON customers_duplicate TO crm_app USING (
    (SELECT app_sees_all())
    OR (EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = customers_duplicate.customer_id OFFSET 0)
        AND EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = customers_duplicate.other_id OFFSET 0)));
REVOKE INSERT, DELETE ON customers_duplicate FROM crm_app;
REVOKE DELETE ON customers_merge FROM crm_app;
REVOKE INSERT, UPDATE, DELETE ON customers_mergedrows FROM crm_app;
ALTER POLICY visible ON customers_merge USING (
    (SELECT app_sees_all()) OR (SELECT app_is_administrator())
    OR EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = customers_merge.customer_id OFFSET 0));
"""
PAIRS_BACK = """
GRANT INSERT, UPDATE, DELETE ON customers_duplicate, customers_merge, customers_mergedrows TO crm_app;
DROP POLICY visible ON customers_duplicate; ALTER TABLE customers_duplicate DISABLE ROW LEVEL SECURITY;
"""

LOOK_UP = """
CREATE FUNCTION customers_look_up(asked text, most integer)
RETURNS TABLE (customer_id bigint, org_unit_id bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The files that have exactly this name (legal form and spelling aside), credit code or phone number,
-- whoever they belong to: where they stand and nothing else. Every question is written down; at most
-- `most` an hour and person are answered.
DECLARE
    person bigint := app_user_id();
    name text := app_normalised_name(asked);
    digits text := app_phone_digits(asked);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('customers_look_up'), person::integer);
    IF (SELECT count(*) FROM customers_lookup l
         WHERE l.user_id = person AND l.at > clock_timestamp() - interval '1 hour') >= most THEN
        RAISE EXCEPTION 'too many look-ups' USING ERRCODE = 'check_violation', CONSTRAINT = 'lookup_limit';
    END IF;
    RETURN QUERY
    SELECT c.id, c.org_unit_id FROM customers_customer c
     WHERE c.merged_into_id IS NULL
       AND (char_length(name) >= 4 AND app_normalised_name(c.name) = name
            OR char_length(asked) = 18 AND c.uscc = upper(asked)
            OR char_length(digits) >= 7 AND c.phone <> '' AND app_phone_digits(c.phone) = digits)
     ORDER BY c.id LIMIT 5;
    INSERT INTO customers_lookup (user_id, at, text, found)
    VALUES (person, clock_timestamp(), left(asked, 200), FOUND);
END $$;
REVOKE ALL ON FUNCTION customers_look_up(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION customers_look_up(text, integer) TO crm_app, crm_job;
REVOKE INSERT, UPDATE, DELETE ON customers_lookup FROM crm_app, crm_job;
ALTER TABLE customers_lookup ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON customers_lookup FOR SELECT TO crm_app
    USING (user_id = (SELECT app_user_id()) OR (SELECT app_is_administrator()));
"""
LOOK_UP_BACK = """
DROP POLICY own ON customers_lookup; ALTER TABLE customers_lookup DISABLE ROW LEVEL SECURITY;
GRANT INSERT, UPDATE, DELETE ON customers_lookup TO crm_app, crm_job;
DROP FUNCTION customers_look_up(text, integer);
"""


class Migration(migrations.Migration):
    """Functions and triggers of merged files; who may read and write pairs, merges and look-ups."""

    dependencies = [("customers", "0014_merging"), ("core", "0011_text")]
    operations = [
        migrations.RunSQL(SURVIVORS, SURVIVORS_BACK),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        secure_rows("customers_merge"),
        secure_rows("customers_mergedrows"),
        migrations.RunSQL(PAIRS, PAIRS_BACK),
        migrations.RunSQL(LOOK_UP, LOOK_UP_BACK),
    ]
