-- Makes nothing: what every customer that is not merged into another shipped in the 12 months and those before (C0).
-- Reads: customers_customer, shipments_waybill whole: the facts, not the months that add them up.
-- May run again: it only reads.
-- Portable: Postgres, DuckDB and Spark SQL run this text and give the same rows (docs/operating.md). So money is in
--   cents, everything counted is a whole number, and no function or type is used that one of them lacks.
WITH fact AS (
    SELECT customer_id, accepted_on, promised_on, delivered_on, exception,
           accepted_on > CAST(%(after)s AS DATE) AS is_now,
           currency = %(currency)s AS is_ours,
           CAST(revenue * 100 AS BIGINT) AS revenue, CAST(cost * 100 AS BIGINT) AS cost
      FROM shipments_waybill
     WHERE status <> 'cancelled' AND accepted_on <= CAST(%(day)s AS DATE)
), shipped AS (
    SELECT customer_id, MAX(accepted_on) AS last_accepted_on,
           COUNT(*) FILTER (WHERE is_now) AS shipments,
           SUM(revenue) FILTER (WHERE is_now AND is_ours) AS revenue,
           SUM(cost) FILTER (WHERE is_now AND is_ours) AS cost,
           COUNT(*) FILTER (WHERE is_now AND is_ours AND cost IS NULL) AS uncosted,
           SUM(revenue) FILTER (WHERE NOT is_now AND is_ours AND accepted_on > CAST(%(before)s AS DATE))
               AS revenue_before,
           COUNT(*) FILTER (WHERE is_now AND promised_on IS NOT NULL AND delivered_on <= CAST(%(day)s AS DATE))
               AS promised,
           COUNT(*) FILTER (WHERE is_now AND delivered_on <= promised_on
                                  AND delivered_on <= CAST(%(day)s AS DATE)) AS on_time,
           COUNT(*) FILTER (WHERE is_now AND exception <> '') AS exceptions
      FROM fact
     GROUP BY customer_id
)
SELECT c.id AS customer_id, CAST(COALESCE(s.shipments, 0) AS BIGINT) AS shipments,
       CAST(COALESCE(s.revenue, 0) AS BIGINT) AS revenue,
       CASE WHEN COALESCE(s.uncosted, 0) = 0 THEN CAST(COALESCE(s.cost, 0) AS BIGINT) END AS cost,
       CASE WHEN COALESCE(s.uncosted, 0) = 0
            THEN CAST(COALESCE(s.revenue, 0) - COALESCE(s.cost, 0) AS BIGINT) END AS margin,
       CAST(COALESCE(s.revenue_before, 0) AS BIGINT) AS revenue_before,
       CAST(COALESCE(s.promised, 0) AS BIGINT) AS promised, CAST(COALESCE(s.on_time, 0) AS BIGINT) AS on_time,
       CAST(COALESCE(s.exceptions, 0) AS BIGINT) AS exceptions, s.last_accepted_on
  FROM customers_customer c
  LEFT JOIN shipped s ON s.customer_id = c.id
 WHERE c.merged_into_id IS NULL
