"""An alert knows where its customer stands, so that a queue is one index scan for every person."""

from django.db import migrations

FILL = """
UPDATE engagement_alert a
   SET org_unit_id = c.org_unit_id, account_manager_id = c.account_manager_id
  FROM customers_customer c WHERE c.id = a.customer_id
"""

FOLLOW = """
CREATE FUNCTION engagement_place_alert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT c.org_unit_id, c.account_manager_id INTO NEW.org_unit_id, NEW.account_manager_id
      FROM customers_customer c WHERE c.id = NEW.customer_id;
    RETURN NEW;
END $$;
CREATE TRIGGER place BEFORE INSERT OR UPDATE OF customer_id, org_unit_id, account_manager_id ON engagement_alert
    FOR EACH ROW EXECUTE FUNCTION engagement_place_alert();

CREATE FUNCTION engagement_follow_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The lock: a night that is just opening alerts waits for the move or is waited for.
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('engagement_alert'));
    UPDATE engagement_alert
       SET org_unit_id = NEW.org_unit_id, account_manager_id = NEW.account_manager_id
     WHERE customer_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_alerts AFTER UPDATE OF org_unit_id, account_manager_id ON customers_customer
    FOR EACH ROW WHEN (OLD.org_unit_id <> NEW.org_unit_id
                       OR OLD.account_manager_id IS DISTINCT FROM NEW.account_manager_id)
    EXECUTE FUNCTION engagement_follow_customer();
"""
FOLLOW_BACK = """
DROP TRIGGER follow_alerts ON customers_customer; DROP FUNCTION engagement_follow_customer();
DROP TRIGGER place ON engagement_alert; DROP FUNCTION engagement_place_alert();
"""

PROTECT = """
ALTER POLICY visible ON engagement_alert USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR account_manager_id IN (SELECT app_manager_ids())
    OR customer_id IN (SELECT app_shared_customer_ids())
)
"""
PROTECT_BACK = """
ALTER POLICY visible ON engagement_alert USING (
    (SELECT app_sees_all())
    OR EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = engagement_alert.customer_id OFFSET 0)
)
"""


class Migration(migrations.Migration):
    """Fills the columns of migration 0005 and keeps them true."""

    dependencies = [("engagement", "0005_alert_place"), ("customers", "0002_row_security")]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, FOLLOW_BACK),
        migrations.RunSQL(PROTECT, PROTECT_BACK),
    ]
