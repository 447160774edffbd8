"""Alerts follow all customers that one statement moves together."""

import importlib

from django.db import migrations

one_by_one = importlib.import_module("engagement.migrations.0006_alert_follows_customer")

TOGETHER = """
DROP TRIGGER follow_alerts ON customers_customer;
CREATE OR REPLACE FUNCTION engagement_follow_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The lock: a night that is just opening alerts waits for the move or is waited for.
BEGIN
    IF EXISTS (SELECT FROM customers_moving) THEN
        PERFORM pg_advisory_xact_lock_shared(hashtext('engagement_alert'));
        UPDATE engagement_alert a
           SET org_unit_id = m.unit, account_manager_id = m.manager
          FROM customers_moving m WHERE a.customer_id = m.customer_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_alerts AFTER UPDATE OF org_unit_id, account_manager_id ON customers_customer
    FOR EACH STATEMENT EXECUTE FUNCTION engagement_follow_customer();
"""
ONE_BY_ONE = f"""
DROP TRIGGER follow_alerts ON customers_customer; DROP FUNCTION engagement_follow_customer();
{one_by_one.FOLLOW[one_by_one.FOLLOW.index("CREATE FUNCTION engagement_follow_customer"):]}
"""


class Migration(migrations.Migration):
    """One statement for all."""

    dependencies = [
        ("engagement", "0006_alert_follows_customer"),
        ("customers", "0007_moves"),
    ]
    operations = [migrations.RunSQL(TOGETHER, ONE_BY_ONE)]
