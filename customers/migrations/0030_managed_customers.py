"""The customers of the acting manager as numbers, for the policy of search keys.

Read through the policy of customers they were looked for among all of them.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION app_managed_customer_ids() RETURNS SETOF bigint STABLE SECURITY DEFINER LANGUAGE sql ROWS 500
SET search_path = public, pg_temp
AS $$ SELECT id FROM customers_customer WHERE account_manager_id = ANY (ARRAY(SELECT app_manager_ids())) $$;

DROP POLICY visible ON customers_searchkey;
CREATE POLICY visible ON customers_searchkey TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR customer_id IN (SELECT app_managed_customer_ids())
    OR customer_id IN (SELECT app_shared_customer_ids())
);
"""
BACKWARD = """
DROP POLICY visible ON customers_searchkey;
CREATE POLICY visible ON customers_searchkey TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR customer_id IN (SELECT id FROM customers_customer WHERE account_manager_id IN (SELECT app_manager_ids()))
    OR customer_id IN (SELECT app_shared_customer_ids())
);
DROP FUNCTION app_managed_customer_ids();
"""


class Migration(migrations.Migration):
    """The function, and the policy by it."""

    dependencies = [("customers", "0029_touches_are_no_news")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
