"""The 12 months of C0 for all customers at once: shipments_window(day, currency)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION shipments_year_before(day date) RETURNS date IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
AS $$ SELECT (day - interval '12 months')::date $$;

CREATE FUNCTION shipments_part_month(day date) RETURNS integer IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
-- The month that `day` cuts in two; null when the day is the last of its month.
AS $$ SELECT CASE WHEN shipments_month(day + 1) = shipments_month(day) THEN shipments_month(day) END $$;

CREATE FUNCTION shipments_window(day date, company_currency text)
RETURNS TABLE (
    customer_id bigint,
    shipments bigint,       -- accepted in the 12 months to `day`, all currencies, without cancelled ones
    revenue numeric,        -- of these, in the company's currency
    cost numeric,           -- known cost, in the company's currency
    uncosted bigint,        -- of those in the company's currency, how many have no cost yet
    exceptions bigint,
    promised bigint,        -- delivered by `day` and with a promise: the denominator of on-time
    on_time bigint,
    shipments_prev bigint,  -- the 12 months before
    revenue_prev numeric,
    last_accepted_on date   -- the latest by `day`, without lower bound
) STABLE PARALLEL SAFE LANGUAGE sql AS $$
-- Makes: one row for each customer who had a waybill by `day` (C0). Months that lie wholly in a window come from
--   shipments_customermonth, the up to three that a window cuts in two from the partitions of these months.
-- Call it with literals: it is inlined, and the partitions are chosen when it is planned.
WITH whole_months AS (
    SELECT m.customer_id,
           m.month > shipments_month(shipments_year_before(day)) AS is_now,
           m.month <= shipments_month(shipments_year_before(day) + 1) - 1
               AND m.month > shipments_month(shipments_year_before(shipments_year_before(day))) AS is_before,
           m.currency = company_currency AS is_ours,
           m.shipments, m.revenue, m.cost, m.uncosted, m.exceptions, m.promised, m.on_time, m.last_accepted_on
      FROM shipments_customermonth m
     WHERE m.month < shipments_month(day + 1)
), cut_months AS (
    SELECT w.customer_id, w.accepted_on > shipments_year_before(day), w.accepted_on <= shipments_year_before(day),
           w.currency = company_currency, 1, w.revenue, w.cost, (w.cost IS NULL)::int, (w.exception <> '')::int,
           (w.promised_on IS NOT NULL AND w.delivered_on <= day)::int,
           (w.delivered_on <= w.promised_on AND w.delivered_on <= day)::int, w.accepted_on
      FROM shipments_waybill w
     WHERE w.month IN (shipments_part_month(day), shipments_part_month(shipments_year_before(day)),
                       shipments_part_month(shipments_year_before(shipments_year_before(day))))
       AND w.accepted_on > shipments_year_before(shipments_year_before(day)) AND w.accepted_on <= day
       AND w.status <> 'cancelled'
), delivered_later AS (
    -- Whole months count every delivery that is known by now; here those after `day` are taken back.
    SELECT w.customer_id, true, false, NULL::boolean, 0, 0::numeric, 0::numeric, 0, 0,
           -1, -(w.delivered_on <= w.promised_on)::int, NULL::date
      FROM shipments_waybill w
     WHERE w.month > shipments_month(shipments_year_before(day)) AND w.month < shipments_month(day + 1)
       AND w.delivered_on > day AND w.promised_on IS NOT NULL AND w.status <> 'cancelled'
), counted AS (
    SELECT part.customer_id,
           coalesce(sum(part.shipments) FILTER (WHERE is_now), 0) AS shipments,
           coalesce(sum(part.revenue) FILTER (WHERE is_now AND is_ours), 0) AS revenue,
           coalesce(sum(part.cost) FILTER (WHERE is_now AND is_ours), 0) AS cost,
           coalesce(sum(part.uncosted) FILTER (WHERE is_now AND is_ours), 0) AS uncosted,
           coalesce(sum(part.exceptions) FILTER (WHERE is_now), 0) AS exceptions,
           coalesce(sum(part.promised) FILTER (WHERE is_now), 0) AS promised,
           coalesce(sum(part.on_time) FILTER (WHERE is_now), 0) AS on_time,
           coalesce(sum(part.shipments) FILTER (WHERE is_before), 0) AS shipments_prev,
           coalesce(sum(part.revenue) FILTER (WHERE is_before AND is_ours), 0) AS revenue_prev,
           max(part.last_accepted_on) AS last_accepted_on
      FROM (SELECT * FROM whole_months UNION ALL SELECT * FROM cut_months
            UNION ALL SELECT * FROM delivered_later) AS part
     GROUP BY part.customer_id
), in_doubt AS (
    -- A month's latest waybill was cancelled, moved or deleted since the last recount: ask the waybills.
    SELECT doubtful.customer_id,
           (SELECT w.accepted_on FROM shipments_waybill w
             WHERE w.customer_id = doubtful.customer_id AND w.status <> 'cancelled'
               AND w.accepted_at < ((day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
             ORDER BY w.accepted_at DESC LIMIT 1) AS last_accepted_on
      FROM (SELECT DISTINCT m.customer_id FROM shipments_customermonth m WHERE m.last_in_doubt) AS doubtful
), figures AS (
    SELECT c.customer_id, c.shipments, c.revenue, c.cost, c.uncosted, c.exceptions, c.promised, c.on_time,
           c.shipments_prev, c.revenue_prev,
           CASE WHEN d.customer_id IS NULL THEN c.last_accepted_on ELSE d.last_accepted_on END AS last_accepted_on
      FROM counted c LEFT JOIN in_doubt d ON d.customer_id = c.customer_id
)
SELECT f.customer_id, f.shipments, f.revenue, f.cost, f.uncosted, f.exceptions, f.promised, f.on_time,
       f.shipments_prev, f.revenue_prev, f.last_accepted_on
  FROM figures f
 WHERE f.last_accepted_on IS NOT NULL
$$;
"""
BACKWARD = """
DROP FUNCTION shipments_window(date, text);
DROP FUNCTION shipments_part_month(date); DROP FUNCTION shipments_year_before(date);
"""


class Migration(migrations.Migration):
    """Creates the window function."""

    dependencies = [("shipments", "0002_customer_months")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
