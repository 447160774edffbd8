"""Until when a contract is in force is said once: to its end, or until the one that renews it begins."""

from importlib import import_module

from django.db import migrations

before = import_module("contracts.migrations.0024_credit_functions")

AGREED = """
CREATE FUNCTION contracts_agreed()
RETURNS TABLE (id bigint, customer_id bigint, currency text, stage text, settlement text, statements_from date,
               starts_on date, ends_on date, renewed_from date, last_on date)
LANGUAGE sql STABLE AS $$
-- Contracts that both sides have signed, the first day of the signed contract that renews each (NULL: none), and
-- its last day in force (NULL: no end): last_day() of contracts/rules/contracts.py, in_force() of the querysets.
-- One expression, so that the planner writes it in line.
SELECT k.id, k.customer_id, k.currency::text, k.stage::text, k.settlement::text, k.statements_from,
       k.starts_on, k.ends_on, n.starts_on, least(k.ends_on, n.starts_on - 1)
  FROM contracts_contract k
  LEFT JOIN contracts_contract n ON n.renews_id = k.id AND n.stage NOT IN ('draft', 'in_review')
 WHERE k.stage NOT IN ('draft', 'in_review')
$$;
"""

_SETTLED = """      FROM contracts_contract c
     WHERE c.settlement = 'monthly' AND c.stage NOT IN ('draft', 'in_review') AND c.starts_on <= day
       AND (customers IS NULL OR c.customer_id = ANY (customers))
       AND (c.statements_from IS NOT NULL OR c.ends_on IS NULL OR c.ends_on >= day - 92)
"""
_IN_FORCE = """      FROM contracts_agreed() c
     WHERE c.settlement = 'monthly' AND c.starts_on <= day
       AND (customers IS NULL OR c.customer_id = ANY (customers))
       AND (c.statements_from IS NOT NULL OR c.last_on IS NULL OR c.last_on >= day - 92)
"""
_AGAIN = before.UNBILLED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    """One function says it; the sum of what is unbilled asks it."""

    dependencies = [("contracts", "0031_late_interest_rate")]
    operations = [
        migrations.RunSQL(AGREED, "DROP FUNCTION contracts_agreed()"),
        migrations.RunSQL(_AGAIN.replace(_SETTLED, _IN_FORCE), _AGAIN),
    ]
