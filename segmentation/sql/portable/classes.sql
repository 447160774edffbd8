-- Makes nothing: from the facts to the classes, in one statement: the indicators of every customer (C0), its classes and
--   size (C1-C3) as the cuts alone say.
-- Reads: see indicators.sql and ranking.sql, which it is made of.
-- May run again: it only reads.
-- Portable: Postgres, DuckDB and Spark SQL run this text and give the same rows (docs/operating.md).
WITH indicators AS (
{{indicators.sql}}
), valued AS (
    SELECT i.*, CASE WHEN %(abc_basis)s = 'margin' THEN margin ELSE revenue END AS cents,
           CASE WHEN %(tier_basis)s = 'margin' THEN margin ELSE revenue END AS size_cents, shipments > 0 AS has_shipped
      FROM indicators i
), ranked AS (
{{ranking.sql}}
)
SELECT customer_id, shipments, revenue, cost, margin, revenue_before, promised, on_time, exceptions, last_accepted_on,
       cents, cents_above, cents_total, abc, abc_by_count, size
  FROM ranked
 ORDER BY customer_id
