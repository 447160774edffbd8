"""How a customer settles on a day is said once: for dispatch, for statements and for what is unbilled."""

from importlib import import_module

from django.db import migrations

before = import_module("contracts.migrations.0032_in_force")

SETTLEMENT_ON = """
CREATE FUNCTION contracts_settlement_on(customer bigint, day date) RETURNS TABLE (settlement text)
LANGUAGE sql STABLE AS $$
-- How dispatch is told that the customer settles on `day`: by the contract in force that began last, NULL where that
-- says nothing; no row without one. A suspended contract is no terms. The planner writes it in line.
SELECT nullif(k.settlement, '')
  FROM contracts_agreed() k
 WHERE k.customer_id = customer AND k.stage IN ('signed', 'terminated')
   AND k.starts_on <= day AND (k.last_on IS NULL OR k.last_on >= day)
 ORDER BY k.starts_on DESC, k.id DESC LIMIT 1
$$;
"""

MONTHLY_DAYS = """
CREATE FUNCTION contracts_monthly_days(customers bigint[] DEFAULT NULL)
RETURNS TABLE (customer_id bigint, currency text, stated datemultirange, elsewhere datemultirange)
LANGUAGE sql STABLE AS $$
-- On which days a customer of monthly settlement ships on account: `stated`, statements bill it; `elsewhere`, somebody
-- else does. That is while a monthly contract is in force, also a suspended one, and no contract of prepayment or cash
-- that began later is. `customers` NULL: all.
WITH agreed AS (
    SELECT k.id, k.customer_id, k.currency, k.stage, k.settlement, k.starts_on, k.statements_from,
           daterange(k.starts_on, CASE WHEN k.last_on IS NOT NULL THEN greatest(k.last_on + 1, k.starts_on) END) AS days
      FROM contracts_agreed() k
     WHERE customers IS NULL OR k.customer_id = ANY (customers)
), monthly AS (
    SELECT m.customer_id, m.currency, m.statements_from,
           datemultirange(m.days) - coalesce(range_agg(n.days), '{}') AS days
      FROM agreed m
      LEFT JOIN agreed n ON n.customer_id = m.customer_id AND n.currency = m.currency
                        AND n.settlement IN ('prepaid', 'cash') AND n.stage <> 'suspended'
                        AND (n.starts_on, n.id) > (m.starts_on, m.id)
     WHERE m.settlement = 'monthly'
     GROUP BY m.id, m.customer_id, m.currency, m.statements_from, m.days
), together AS (
    SELECT m.customer_id, m.currency,
           coalesce(range_agg(m.days * datemultirange(daterange(m.statements_from, NULL)))
                    FILTER (WHERE m.statements_from IS NOT NULL), '{}') AS stated,
           coalesce(range_agg(m.days) FILTER (WHERE m.statements_from IS NULL), '{}') AS elsewhere
      FROM monthly m
     GROUP BY m.customer_id, m.currency
)
SELECT t.customer_id, t.currency, t.stated, t.elsewhere - t.stated FROM together t
$$;
"""

UNBILLED = """
CREATE OR REPLACE FUNCTION contracts_unbilled_at(day date, customers bigint[] DEFAULT NULL, fresh_days integer DEFAULT 7)
RETURNS TABLE (customer_id bigint, currency text, amount numeric, fresh numeric)
LANGUAGE sql STABLE AS $$
-- What waybills accepted by `day` cost that no plan line asks for yet: what they cost less what confirmed
-- statements billed. A statement that waits for its answer is unbilled still. `fresh`: the part of waybills of
-- the last days that are not delivered yet. `customers` NULL: all with monthly settlement.
-- Only what is shipped while that lasts. Where it is billed elsewhere: waybills since the newest line was issued, of
-- three months at most.
-- Reads: contracts, the newest line or statement of each customer, then waybills and items of the months from
-- there on, and of months stated anew.
WITH last_statement AS (
    SELECT s.customer_id, s.currency, max(s.period_end) AS period_end
      FROM contracts_statement s
     WHERE s.state = 'billed' AND (customers IS NULL OR s.customer_id = ANY (customers))
     GROUP BY s.customer_id, s.currency
), last_line AS (
    SELECT l.customer_id, l.currency, max(l.issued_on) AS issued_on
      FROM contracts_planline l
     WHERE l.state <> 'void' AND l.issued_on <= day AND (customers IS NULL OR l.customer_id = ANY (customers))
     GROUP BY l.customer_id, l.currency
), settled AS (
    SELECT d.customer_id, d.currency, s.period_end, d.stated,
           d.elsewhere * datemultirange(daterange(greatest(l.issued_on + 1, day - 92), day + 1)) AS elsewhere
      FROM contracts_monthly_days(customers) d
      LEFT JOIN last_statement s ON s.customer_id = d.customer_id AND s.currency = d.currency
      LEFT JOIN last_line l ON l.customer_id = d.customer_id AND l.currency = d.currency
), begun AS (
    SELECT s.customer_id, s.currency, s.period_end, s.stated + s.elsewhere AS days,
           least(CASE WHEN NOT isempty(s.stated) THEN greatest(lower(s.stated), s.period_end - 62) END,
                 lower(s.elsewhere)) AS first_day
      FROM settled s
), watched AS (
    SELECT b.*, months.month
      FROM begun b
      CROSS JOIN LATERAL (
        SELECT generate_series(shipments_month(b.first_day), shipments_month(least(day, upper(b.days) - 1))) AS month
        UNION
        SELECT r.month FROM shipments_restatement r
         WHERE r.customer_id = b.customer_id AND r.month < shipments_month(b.first_day)) months
), parts AS (
    SELECT m.customer_id, m.currency, w.revenue AS amount,
           CASE WHEN w.accepted_on > greatest(day - fresh_days, m.period_end)
                     AND w.status IN ('accepted', 'in_transit') THEN w.revenue ELSE 0 END AS fresh
      FROM watched m
      JOIN shipments_waybill w ON w.customer_id = m.customer_id AND w.month = m.month
     WHERE w.currency = m.currency AND w.status <> 'cancelled' AND w.accepted_on <= day AND w.accepted_on <@ m.days
    UNION ALL
    SELECT m.customer_id, m.currency, -i.amount, 0
      FROM watched m
      JOIN contracts_statementitem i ON i.customer_id = m.customer_id AND i.month = m.month
      JOIN contracts_statement s ON s.id = i.statement_id AND s.state = 'billed'
     WHERE i.currency = m.currency AND NOT i.set_aside AND i.accepted_on <@ m.days
)
SELECT p.customer_id, p.currency::text, sum(p.amount), sum(p.fresh)
  FROM parts p GROUP BY p.customer_id, p.currency HAVING sum(p.amount) <> 0 OR sum(p.fresh) <> 0
$$;
"""
_BACK = before._AGAIN.replace(before._SETTLED, before._IN_FORCE)


class Migration(migrations.Migration):
    """Two functions, and the sum of what is unbilled asks the second."""

    dependencies = [("contracts", "0044_noted_before")]
    operations = [
        migrations.RunSQL(SETTLEMENT_ON, "DROP FUNCTION contracts_settlement_on(bigint, date)"),
        migrations.RunSQL(MONTHLY_DAYS, "DROP FUNCTION contracts_monthly_days(bigint[])"),
        migrations.RunSQL(UNBILLED, _BACK),
    ]
