"""Shares that end and shares only to read, in the database too; handovers and the pool are secured.

What lies in a unit's pool is reached by its account managers only while a page of the pool says so
(`core.context.looking_into_pool`): lists, search and exports of theirs stay their own customers.
"""

import importlib

from django.db import migrations

from core.protection import secure_rows, track_history

before = importlib.import_module("customers.migrations.0002_row_security")

SHARED = """
CREATE OR REPLACE FUNCTION app_shared_customer_ids() RETURNS SETOF bigint STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = public, pg_temp
AS $$ SELECT s.customer_id FROM customers_share s JOIN organization_user u ON u.id = app_user_id()
       WHERE u.is_active AND u.role <> 'administrator'
         AND (s.user_id = app_user_id() OR s.user_id IN (SELECT app_manager_ids()))
         AND (s.until IS NULL OR s.until >= (now() AT TIME ZONE 'Asia/Shanghai')::date)
         AND NOT (s.read_only AND coalesce(current_setting('app.writing', true), '') = 'on')
      UNION ALL
      SELECT e.customer_id FROM customers_poolentry e
        JOIN organization_user u ON u.id = app_user_id()
        JOIN organization_orgunit home ON home.id = u.org_unit_id
        JOIN customers_customer c ON c.id = e.customer_id
        JOIN organization_orgunit unit ON unit.id = c.org_unit_id AND unit.path LIKE home.path || '%'
       WHERE coalesce(current_setting('app.pool', true), '') = 'on'
         AND u.is_active AND u.role = 'account_manager'
         AND e.ended_at IS NULL AND c.account_manager_id IS NULL AND c.merged_into_id IS NULL $$;
"""
_FIRST = before.SHARES.index("CREATE FUNCTION")
SHARED_BACK = before.SHARES[_FIRST : before.SHARES.index("ALTER TABLE")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)

LEAVES = """
CREATE FUNCTION customers_leave_pool() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Whoever writes the manager, a page, an import or SQL: the stay in the pool is over.
BEGIN
    UPDATE customers_poolentry SET ended_at = now(), taken_by_id = NEW.account_manager_id
     WHERE customer_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER leave_pool AFTER UPDATE OF account_manager_id ON customers_customer
    FOR EACH ROW WHEN (OLD.account_manager_id IS NULL AND NEW.account_manager_id IS NOT NULL)
    EXECUTE FUNCTION customers_leave_pool();
"""
LEAVES_BACK = """
DROP TRIGGER leave_pool ON customers_customer; DROP FUNCTION customers_leave_pool();
"""

PROTECT = """
ALTER TABLE customers_handover ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON customers_handover TO crm_app USING (
    receiver_id = (SELECT app_user_id()) OR created_by_id = (SELECT app_user_id())
    OR EXISTS (SELECT 1 FROM customers_handoveritem i
                WHERE i.handover_id = customers_handover.id OFFSET 0)
);
REVOKE UPDATE, DELETE ON customers_poolview FROM crm_app;
REVOKE INSERT, DELETE ON customers_poolrule, customers_managerlimit FROM crm_app;
"""
PROTECT_BACK = """
GRANT INSERT, DELETE ON customers_poolrule, customers_managerlimit TO crm_app;
GRANT UPDATE, DELETE ON customers_poolview TO crm_app;
DROP POLICY visible ON customers_handover; ALTER TABLE customers_handover DISABLE ROW LEVEL SECURITY;
"""

# The pool is empty until an administrator says after how many days (decision 26).
DEFAULTS = """
INSERT INTO customers_poolrule (tier, warning_days)
VALUES ('large', 14), ('medium', 14), ('small', 14), ('risk', 14), ('potential', 14);
INSERT INTO customers_managerlimit (level, claims_per_day, views_per_day)
VALUES ('group', 5, 50), ('branch', 5, 50), ('outlet', 5, 50);
"""
DEFAULTS_BACK = "DELETE FROM customers_poolrule; DELETE FROM customers_managerlimit"


class Migration(migrations.Migration):
    """Functions, triggers, policies, history and the first settings."""

    dependencies = [("customers", "0012_handover_and_pool")]
    operations = [
        migrations.RunSQL(SHARED, SHARED_BACK),
        migrations.RunSQL(LEAVES, LEAVES_BACK),
        secure_rows("customers_handoveritem"),
        secure_rows("customers_poolentry"),
        secure_rows("customers_poolview"),
        migrations.RunSQL(PROTECT, PROTECT_BACK),
        track_history("customers_handover", customer=""),
        track_history("customers_handoveritem", customer="customer_id"),
        track_history("customers_poolentry", customer="customer_id"),
        track_history("customers_poolrule", customer=""),
        track_history("customers_managerlimit", customer=""),
        migrations.RunSQL(DEFAULTS, DEFAULTS_BACK),
    ]
