"""Changes write themselves down, are numbered after the commit and fanned out to webhooks.

Triggers, because tiers come from the night, names from imports and statuses from merges: whatever
writes is noticed (decision 32). A row trigger with a condition: what does not concern dispatch costs
nothing, and statements with a list of columns cannot have transition tables.
"""

from django.db import migrations

from core.protection import track_history

NOTE = """
CREATE FUNCTION api_note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Another state of a file: which parts of the service answer changed (api/reports/service.py).
BEGIN
    INSERT INTO api_change (customer_id, code, fields, unit_before_id, at)
    VALUES (NEW.id, NEW.code, array_remove(ARRAY[
        CASE WHEN NEW.code <> OLD.code THEN 'code' END,
        CASE WHEN NEW.name <> OLD.name THEN 'name' END,
        CASE WHEN NEW.status <> OLD.status THEN 'status' END,
        CASE WHEN NEW.tier <> OLD.tier THEN 'tier' END,
        CASE WHEN NEW.abc_class <> OLD.abc_class THEN 'abc_class' END,
        CASE WHEN NEW.credit_limit IS DISTINCT FROM OLD.credit_limit THEN 'credit' END,
        CASE WHEN (NEW.warnings, NEW.attention, NEW.special_operations)
                  <> (OLD.warnings, OLD.attention, OLD.special_operations)
             THEN 'instructions' END,
        CASE WHEN NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id THEN 'merged_into' END,
        CASE WHEN NEW.org_unit_id <> OLD.org_unit_id THEN 'unit' END], NULL),
        CASE WHEN NEW.org_unit_id <> OLD.org_unit_id THEN OLD.org_unit_id END, clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER note_change_for_dispatch
    AFTER UPDATE OF code, name, status, tier, abc_class, credit_limit, warnings, attention,
                    special_operations, merged_into_id, org_unit_id ON customers_customer
    FOR EACH ROW WHEN (
        (OLD.code, OLD.name, OLD.status, OLD.tier, OLD.abc_class, OLD.credit_limit, OLD.warnings,
         OLD.attention, OLD.special_operations, OLD.merged_into_id, OLD.org_unit_id)
        IS DISTINCT FROM
        (NEW.code, NEW.name, NEW.status, NEW.tier, NEW.abc_class, NEW.credit_limit, NEW.warnings,
         NEW.attention, NEW.special_operations, NEW.merged_into_id, NEW.org_unit_id))
    EXECUTE FUNCTION api_note_change();

CREATE FUNCTION api_note_new() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO api_change (customer_id, code, fields, at)
    SELECT id, code, ARRAY['code', 'name', 'status'], clock_timestamp() FROM fresh ORDER BY id;
    RETURN NULL;
END $$;
CREATE TRIGGER note_new_for_dispatch AFTER INSERT ON customers_customer REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION api_note_new();

CREATE FUNCTION api_note_terms() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Contracts say on which terms a customer pays, decisions until when a limit holds.
BEGIN
    INSERT INTO api_change (customer_id, code, fields, at)
    SELECT c.id, c.code, ARRAY['credit'], clock_timestamp() FROM customers_customer c
     WHERE c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.customer_id END,
                    CASE WHEN TG_OP <> 'DELETE' THEN NEW.customer_id END)
     ORDER BY c.id;
    RETURN NULL;
END $$;
CREATE TRIGGER note_terms_for_dispatch
    AFTER INSERT OR DELETE OR UPDATE OF customer_id, starts_on, ends_on, settlement ON contracts_contract
    FOR EACH ROW EXECUTE FUNCTION api_note_terms();
CREATE TRIGGER note_limit_for_dispatch AFTER INSERT ON customers_creditlimitchange
    FOR EACH ROW WHEN (NEW.before IS NOT DISTINCT FROM NEW.amount)  -- another end of the same limit
    EXECUTE FUNCTION api_note_terms();
"""
NOTE_BACK = """
DROP TRIGGER note_limit_for_dispatch ON customers_creditlimitchange;
DROP TRIGGER note_terms_for_dispatch ON contracts_contract; DROP FUNCTION api_note_terms();
DROP TRIGGER note_new_for_dispatch ON customers_customer; DROP FUNCTION api_note_new();
DROP TRIGGER note_change_for_dispatch ON customers_customer; DROP FUNCTION api_note_change();
"""

NUMBER = """
CREATE FUNCTION api_feed_bounds(OUT first bigint, OUT last bigint) STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = public, pg_temp
-- The positions that are kept; 1 and 0 when there is none.
AS $$ SELECT coalesce(min(position), 1), coalesce(max(position), 0) FROM api_change $$;

CREATE FUNCTION api_pass_on(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Give positions to committed changes, in the order in which they were written, and write a message
-- for each webhook that sees the customer or saw it until now. One at a time: who comes second leaves
-- it to the first. Returns how many changes; fewer than `most` means that none is left.
DECLARE
    passed integer;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('api_change')) THEN
        RETURN 0;
    END IF;
    WITH fresh AS (
        SELECT id, row_number() OVER (ORDER BY id) AS number
          FROM (SELECT id FROM api_change WHERE position IS NULL ORDER BY id LIMIT most) waiting
    ), numbered AS (
        UPDATE api_change c SET position = fresh.number + (SELECT last FROM api_feed_bounds())
          FROM fresh WHERE c.id = fresh.id
        RETURNING c.*
    ), messages AS (
        INSERT INTO api_delivery (endpoint_id, message, queue, code, fields, changed_at, created_at,
                                  state, attempts, next_try_at, give_up_at)
        SELECT e.id, 'msg_' || n.position, n.customer_id, n.code, n.fields, n.at, now(),
               'waiting', 0, now(), now() + interval '3 days'
          FROM numbered n
          JOIN api_endpoint e ON e.is_active
          JOIN organization_user s ON s.id = e.system_id AND s.is_active
          JOIN organization_orgunit home ON home.id = s.org_unit_id
          LEFT JOIN customers_customer c ON c.id = n.customer_id
          LEFT JOIN organization_orgunit here ON here.id = c.org_unit_id
          LEFT JOIN organization_orgunit before ON before.id = n.unit_before_id
         CROSS JOIN LATERAL (
            SELECT coalesce(starts_with(here.path, home.path), false) AS sees,
                   coalesce(starts_with(before.path, home.path), false) AS saw) it
         WHERE (it.sees OR it.saw) AND NOT (it.sees AND it.saw AND n.fields = '{unit}')
         ORDER BY n.position
    )
    SELECT count(*) INTO passed FROM numbered;
    RETURN passed;
END $$;
REVOKE ALL ON FUNCTION api_pass_on(integer), api_feed_bounds() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api_pass_on(integer), api_feed_bounds() TO crm_app, crm_job;
"""
NUMBER_BACK = "DROP FUNCTION api_pass_on(integer); DROP FUNCTION api_feed_bounds();"

PROTECT = """
REVOKE INSERT, UPDATE, DELETE ON api_change FROM crm_app;
REVOKE INSERT, UPDATE ON api_change FROM crm_job;
ALTER TABLE api_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON api_change TO crm_app USING (
    (SELECT app_sees_all())
    OR EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = api_change.customer_id OFFSET 0)
    OR unit_before_id IN (SELECT app_unit_ids())
);

ALTER TABLE api_endpoint ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON api_endpoint TO crm_app
    USING ((SELECT app_is_administrator()) OR system_id = (SELECT app_user_id()));
ALTER TABLE api_delivery ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON api_delivery TO crm_app
    USING ((SELECT app_is_administrator())
           OR EXISTS (SELECT 1 FROM api_endpoint e WHERE e.id = api_delivery.endpoint_id));
ALTER TABLE api_attempt ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON api_attempt TO crm_app
    USING ((SELECT app_is_administrator())
           OR EXISTS (SELECT 1 FROM api_delivery d WHERE d.id = api_attempt.delivery_id));
REVOKE INSERT, UPDATE, DELETE ON api_attempt FROM crm_app;
REVOKE DELETE ON api_delivery FROM crm_app;
REVOKE UPDATE ON api_attempt FROM crm_job;
"""
PROTECT_BACK = """
DROP POLICY visible ON api_attempt; DROP POLICY visible ON api_delivery;
DROP POLICY visible ON api_endpoint; DROP POLICY visible ON api_change;
ALTER TABLE api_attempt DISABLE ROW LEVEL SECURITY; ALTER TABLE api_delivery DISABLE ROW LEVEL SECURITY;
ALTER TABLE api_endpoint DISABLE ROW LEVEL SECURITY; ALTER TABLE api_change DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Triggers, the two functions of the feed, and who may read what."""

    dependencies = [
        ("api", "0003_changes_and_webhooks"),
        ("contracts", "0009_merged_files"),
        ("customers", "0035_planned_once"),
    ]
    operations = [
        migrations.RunSQL(NOTE, NOTE_BACK),
        migrations.RunSQL(NUMBER, NUMBER_BACK),
        migrations.RunSQL(PROTECT, PROTECT_BACK),
        track_history(
            "api_endpoint",
            customer="",
            masked="secret old_secret",
            ignored="failing_since failures rests_until",
        ),
    ]
