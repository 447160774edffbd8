"""The sums of portfolios follow all customers that one statement moves together."""

import importlib

from django.db import migrations

old = importlib.import_module("segmentation.migrations.0006_portfolios")

_FOLLOWS = old.FUNCTIONS.index("CREATE FUNCTION segmentation_follow_moves")
_OF_ONE = old.FUNCTIONS[:_FOLLOWS]
_OF_MANY = (
    _OF_ONE.replace("one bigint DEFAULT NULL", "chosen bigint[] DEFAULT NULL")
    .replace("`one` is a customer's id", "`chosen` are ids of customers")
    .replace(
        "(one IS NULL OR r.customer_id = one)", "(chosen IS NULL OR r.customer_id = ANY (chosen))"
    )
    .replace(
        "(one IS NULL OR f.customer_id = one)", "(chosen IS NULL OR f.customer_id = ANY (chosen))"
    )
)
_SUMMED = old.SUMS + old.COUNTS

TOGETHER = f"""
DROP TRIGGER follow_portfolios ON customers_customer;
DROP FUNCTION segmentation_portfolios(bigint, bigint);
{_OF_MANY}
CREATE OR REPLACE FUNCTION segmentation_follow_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The lock: a night that is just summing up waits for the move or is waited for.
-- EXECUTE: planned for the customers at hand, not for any.
DECLARE
    night bigint;
    moved record;
BEGIN
    IF NOT EXISTS (SELECT FROM customers_moving) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('segmentation_portfolio'));
    SELECT v.id INTO night FROM core_version v
     WHERE v.is_current
       AND EXISTS (SELECT FROM segmentation_portfolio p WHERE p.version = v.id);  -- else it is to be summed yet
    IF night IS NULL THEN
        RETURN NULL;
    END IF;
    FOR moved IN SELECT unit_before, manager_before, unit, manager, array_agg(customer_id) AS ids
                   FROM customers_moving GROUP BY 1, 2, 3, 4
    LOOP
        EXECUTE $sum$
            INSERT INTO segmentation_portfolio (version, {old.KEY}, customers, {", ".join(_SUMMED)})
            SELECT $1, place.unit, place.manager, p.tier, p.receivables_currency,
                   place.sign * p.customers, {", ".join(f"place.sign * p.{name}" for name in _SUMMED)}
              FROM segmentation_portfolios($1, $2) p
              CROSS JOIN (VALUES ($3, $4, -1), ($5, $6, 1)) place (unit, manager, sign)
        $sum$ USING night, moved.ids, moved.unit_before, moved.manager_before, moved.unit, moved.manager;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_portfolios AFTER UPDATE OF org_unit_id, account_manager_id ON customers_customer
    FOR EACH STATEMENT EXECUTE FUNCTION segmentation_follow_moves();
"""
ONE_BY_ONE = f"""
DROP TRIGGER follow_portfolios ON customers_customer; DROP FUNCTION segmentation_follow_moves();
DROP FUNCTION segmentation_portfolios(bigint, bigint[]);
{old.FUNCTIONS}
"""


class Migration(migrations.Migration):
    """One statement for each way that customers went."""

    dependencies = [("segmentation", "0009_curve_model"), ("customers", "0007_moves")]
    operations = [migrations.RunSQL(TOGETHER, ONE_BY_ONE)]
