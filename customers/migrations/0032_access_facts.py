"""What decides who sees a customer, told to administrators, who see no customer themselves."""

from django.db import migrations

FACTS = """
CREATE FUNCTION app_access_facts(of_code text) RETURNS jsonb STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = public, pg_temp
-- Of the customer with that code: its unit, manager and helpers, and what it was merged into; nothing of
-- its file. NULL where there is none, and for everybody but administrators.
AS $$ SELECT jsonb_build_object(
             'unit', c.org_unit_id,
             'manager', c.account_manager_id,
             'merged_into', (SELECT s.code FROM customers_customer s WHERE s.id = c.merged_into_id),
             'shares', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                   'user', s.user_id, 'until', s.until, 'read_only', s.read_only)
                                   ORDER BY s.id), '[]')
                          FROM customers_share s WHERE s.customer_id = c.id))
        FROM customers_customer c
       WHERE c.code = of_code AND app_is_administrator() $$;
"""


class Migration(migrations.Migration):
    """The function."""

    dependencies = [("customers", "0031_stays_end_after_they_begin")]
    operations = [migrations.RunSQL(FACTS, "DROP FUNCTION app_access_facts(text)")]
