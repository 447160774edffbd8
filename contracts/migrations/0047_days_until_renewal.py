"""What is shipped between the end of a contract and its renewal stays on account."""

from importlib import import_module

from django.db import migrations

before = import_module("contracts.migrations.0045_days_of_settlement")

MONTHLY_DAYS = """
CREATE OR REPLACE FUNCTION contracts_monthly_days(customers bigint[] DEFAULT NULL)
RETURNS TABLE (customer_id bigint, currency text, stated datemultirange, elsewhere datemultirange)
LANGUAGE sql STABLE AS $$
-- On which days a customer of monthly settlement ships on account: `stated`, statements bill it; `elsewhere`, somebody
-- else does, also before `statements_from`. That is while a monthly contract is in force, also a suspended one, and no
-- contract of prepayment or cash that began later is. It goes on after the end until the renewal begins, without one
-- for 60 days (RENEWED_WITHIN); not after a termination, nor where a contract that began since settles.
-- `customers` NULL: all.
WITH agreed AS (
    SELECT k.id, k.customer_id, k.currency, k.stage, k.settlement, k.starts_on, k.statements_from,
           daterange(k.starts_on, CASE WHEN k.last_on IS NOT NULL THEN greatest(k.last_on + 1, k.starts_on) END) AS days,
           daterange(k.starts_on, CASE WHEN k.last_on IS NOT NULL THEN greatest(k.starts_on, k.last_on + 1,
                CASE WHEN k.stage <> 'terminated' THEN coalesce(k.renewed_from, k.last_on + 61) END) END) AS on_account
      FROM contracts_agreed() k
     WHERE customers IS NULL OR k.customer_id = ANY (customers)
), monthly AS (
    SELECT m.customer_id, m.currency, m.statements_from,
           datemultirange(m.on_account) - coalesce(range_agg(n.days), '{}') AS days
      FROM agreed m
      LEFT JOIN agreed n ON n.customer_id = m.customer_id AND n.currency = m.currency
                        AND (n.settlement IN ('prepaid', 'cash') AND n.stage <> 'suspended'
                                AND (n.starts_on, n.id) > (m.starts_on, m.id)
                             OR n.settlement = 'monthly' AND n.starts_on >= upper(m.days))
     WHERE m.settlement = 'monthly'
     GROUP BY m.id, m.customer_id, m.currency, m.statements_from, m.on_account
), together AS (
    SELECT m.customer_id, m.currency,
           coalesce(range_agg(m.days * datemultirange(daterange(m.statements_from, NULL)))
                    FILTER (WHERE m.statements_from IS NOT NULL), '{}') AS stated,
           range_agg(m.days) AS on_account
      FROM monthly m
     GROUP BY m.customer_id, m.currency
)
SELECT t.customer_id, t.currency, t.stated, t.on_account - t.stated FROM together t
$$;
"""


class Migration(migrations.Migration):
    """The function alone: who asks it, asks as before."""

    dependencies = [("contracts", "0046_money_on_given_up_lines")]
    operations = [
        migrations.RunSQL(
            MONTHLY_DAYS, before.MONTHLY_DAYS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
        )
    ]
