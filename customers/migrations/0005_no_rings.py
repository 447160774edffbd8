"""No company stands above itself in its group, whoever writes: forms and imports say so kindly."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION customers_refuse_ring() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Asked when the transaction ends, one transaction at a time: two that each make half of a ring do not pass.
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('customers groups'));
    IF EXISTS (WITH RECURSIVE above AS (
                   SELECT parent_id FROM customers_customer WHERE id = NEW.id
                   UNION
                   SELECT c.parent_id FROM above JOIN customers_customer c ON c.id = above.parent_id)
               SELECT FROM above WHERE parent_id = NEW.id) THEN
        RAISE EXCEPTION 'customer % would stand above itself', NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'customer_group_without_ring';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER refuse_new_ring AFTER INSERT ON customers_customer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL)
    EXECUTE FUNCTION customers_refuse_ring();
CREATE CONSTRAINT TRIGGER refuse_ring AFTER UPDATE OF parent_id ON customers_customer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL AND NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION customers_refuse_ring();
"""
BACKWARD = """
DROP TRIGGER refuse_ring ON customers_customer; DROP TRIGGER refuse_new_ring ON customers_customer;
DROP FUNCTION customers_refuse_ring();
"""


class Migration(migrations.Migration):
    """Creates the constraint."""

    dependencies = [("customers", "0004_first_tiers")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
