"""A stay in the pool ends now, not when the transaction that ends it began: that may be before it."""

from django.db import migrations

_ENDS = """
CREATE OR REPLACE FUNCTION customers_leave_pool() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Whoever writes the manager, a page, an import or SQL: the stay in the pool is over.
BEGIN
    UPDATE customers_poolentry SET ended_at = {now}, taken_by_id = NEW.account_manager_id
     WHERE customer_id = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END $$;
"""
LATER = _ENDS.format(now="greatest(clock_timestamp(), since)")
LATER_BACK = _ENDS.format(now="now()")


class Migration(migrations.Migration):
    """The function of migration 0013 with another clock."""

    dependencies = [("customers", "0030_managed_customers")]
    operations = [migrations.RunSQL(LATER, LATER_BACK)]
