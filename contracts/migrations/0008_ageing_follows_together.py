"""The night's ageing and its sums follow all customers that one statement moves together."""

import importlib

from django.db import migrations

summary = importlib.import_module("contracts.migrations.0005_ageing_summary")
weeks = importlib.import_module("contracts.migrations.0007_due_weeks")

SUMS = (*summary.SUMS, *weeks.WEEKS)
TOGETHER = f"""
DROP TRIGGER follow_moves ON customers_customer;
CREATE OR REPLACE FUNCTION contracts_follow_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- In every version that has the customers. The lock: a night that is just summing up waits for the
-- move or is waited for, so that the move is in its sums or follows them.
BEGIN
    IF NOT EXISTS (SELECT FROM customers_moving) THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(hashtext('contracts_ageingsummary'));
    INSERT INTO contracts_ageingsummary (version, org_unit_id, account_manager_id, tier, currency, customers,
           {", ".join(SUMS)}, {", ".join(f"n_{name}" for name in summary.COUNTED)})
    SELECT a.version, g.unit, g.manager, g.tier, a.currency, sum(g.sign),
           {", ".join(f"sum(g.sign * a.{name})" for name in SUMS)},
           {", ".join(f"sum(g.sign * (a.{name} > 0)::int)" for name in summary.COUNTED)}
      FROM customers_moving m
      JOIN contracts_ageing a ON a.customer_id = m.customer_id
      CROSS JOIN LATERAL (VALUES (m.unit_before, m.manager_before, m.tier_before, -1),
                                 (m.unit, m.manager, m.tier, 1)) g (unit, manager, tier, sign)
     GROUP BY a.version, g.unit, g.manager, g.tier, a.currency;
    UPDATE contracts_ageing a SET org_unit_id = m.unit, account_manager_id = m.manager
      FROM customers_moving m WHERE a.customer_id = m.customer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_moves AFTER UPDATE OF org_unit_id, account_manager_id ON customers_customer
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_follow_moves();
"""
ONE_BY_ONE = f"""
DROP TRIGGER follow_moves ON customers_customer;
{weeks._follow(SUMS)}
{summary.FOLLOW[summary.FOLLOW.index("CREATE TRIGGER follow_moves"):]}
"""


class Migration(migrations.Migration):
    """One statement for all."""

    dependencies = [("contracts", "0007_due_weeks"), ("customers", "0007_moves")]
    operations = [migrations.RunSQL(TOGETHER, ONE_BY_ONE)]
