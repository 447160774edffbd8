"""Row-level security and history of the customer file.

crm_app reaches only what the acting user may see: the whole company, the unit and below, own
customers, those stood in for and those shared. Without an acting user there are no rows.
"""

from django.db import migrations

from core.protection import secure_rows, track_history

SHARES = """
CREATE FUNCTION app_shared_customer_ids() RETURNS SETOF bigint STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = public, pg_temp
AS $$ SELECT s.customer_id FROM customers_share s JOIN organization_user u ON u.id = app_user_id()
       WHERE u.is_active AND u.role <> 'administrator'
         AND (s.user_id = app_user_id() OR s.user_id IN (SELECT app_manager_ids())) $$;

ALTER TABLE customers_customer ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON customers_customer TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR account_manager_id IN (SELECT app_manager_ids())
    OR id IN (SELECT app_shared_customer_ids())
);

SET LOCAL ROLE crm_history;
ALTER TABLE core_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON core_history FOR SELECT TO crm_app USING (
    (customer_id IS NULL AND (SELECT app_is_administrator()))
    OR EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = core_history.customer_id)
);
CREATE POLICY visible_to_jobs ON core_history FOR SELECT TO crm_job, crm_owner USING (true);
SET LOCAL ROLE crm_owner;
"""
SHARES_BACK = """
SET LOCAL ROLE crm_history;
DROP POLICY visible ON core_history; DROP POLICY visible_to_jobs ON core_history;
ALTER TABLE core_history DISABLE ROW LEVEL SECURITY;
SET LOCAL ROLE crm_owner;
DROP POLICY visible ON customers_customer; ALTER TABLE customers_customer DISABLE ROW LEVEL SECURITY;
DROP FUNCTION app_shared_customer_ids();
"""


class Migration(migrations.Migration):
    """Policies and triggers of customers, contacts, accounts and shares."""

    dependencies = [
        ("customers", "0001_initial"),
        ("organization", "0002_tree_and_scope"),
        ("core", "0001_history"),
    ]
    operations = [
        migrations.RunSQL(SHARES, SHARES_BACK),
        secure_rows("customers_contact"),
        secure_rows("customers_account"),
        secure_rows("customers_share"),
        track_history("customers_customer", customer="id"),
        track_history("customers_contact", customer="customer_id"),
        track_history("customers_account", customer="customer_id"),
        track_history("customers_share", customer="customer_id"),
    ]
