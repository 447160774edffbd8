-- Makes nothing: of every row of `valued` its class by value (C1: 3 A, 2 B, 1 C, 0 N), by head count (C2) and its size
--   (C3: 3 large, 2 medium, 1 small) as the cuts alone say, and what they are decided by.
-- Reads: `valued`, made by whoever includes this text: cents (the value) and size_cents, null while unknown, has_shipped,
--   and whatever else is to be passed on.
-- May run again: it only reads.
-- Portable: Postgres, DuckDB and Spark SQL run this text and give the same rows (docs/operating.md). All decisions compare
--   whole numbers and products of them; shares are in millionths. Customers of one value rank alike.
WITH level AS (
    SELECT cents, CAST(SUM(CASE WHEN cents > 0 THEN cents ELSE 0 END) AS DECIMAL(38, 0)) AS held,
           SUM(CASE WHEN has_shipped THEN 1 ELSE 0 END) AS heads
      FROM valued
     WHERE cents IS NOT NULL
     GROUP BY cents
), above AS (  -- strictly higher values
    SELECT cents,
           COALESCE(SUM(held) OVER (ORDER BY cents DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS cents_above,
           COALESCE(SUM(heads) OVER (ORDER BY cents DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS heads_above
      FROM level
), whole AS (
    SELECT COALESCE(SUM(held), 0) AS held, COALESCE(SUM(heads), 0) AS heads FROM level
)
SELECT v.*, a.cents_above, w.held AS cents_total,
       CASE WHEN v.cents IS NULL OR v.cents <= 0 THEN 0
            WHEN a.cents_above * 1000000 < %(abc_a_millionths)s * w.held THEN 3
            WHEN a.cents_above * 1000000 < %(abc_b_millionths)s * w.held THEN 2 ELSE 1 END AS abc,
       CASE WHEN v.cents IS NULL OR NOT v.has_shipped OR w.heads < %(head_minimum)s THEN ''
            WHEN a.heads_above * 1000000 < %(head_a_millionths)s * w.heads THEN 'A'
            WHEN a.heads_above * 1000000 < (%(head_a_millionths)s + %(head_b_millionths)s) * w.heads THEN 'B'
            ELSE 'C' END AS abc_by_count,
       CASE WHEN v.size_cents >= %(large_cents)s THEN 3 WHEN v.size_cents >= %(medium_cents)s THEN 2 ELSE 1 END AS size
  FROM valued v
 CROSS JOIN whole w
  LEFT JOIN above a ON a.cents = v.cents
