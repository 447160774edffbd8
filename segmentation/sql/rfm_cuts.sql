-- Makes: where frequency and money are cut for a quarter (C7), by its first night (segmentation.rules.rfm.cuts).
-- Reads: the version's rhythm and figures whole, joined by customer.
-- May run again: cuts of a quarter that has some stay; nothing is written while nobody is active.
INSERT INTO segmentation_rfmcuts (quarter, as_of, customers, frequency, money)
SELECT %(quarter)s, %(day)s, count(*),
       percentile_disc(%(marks)s::float8[]) WITHIN GROUP (ORDER BY r.active_weeks),
       coalesce(percentile_disc(%(marks)s::float8[]) WITHIN GROUP (ORDER BY f.revenue_12m)
                FILTER (WHERE f.revenue_12m > 0), '{}')
  FROM segmentation_rhythm r
  JOIN segmentation_figures f ON f.version = r.version AND f.customer_id = r.customer_id
 WHERE r.version = %(version)s AND r.active_weeks > 0
HAVING count(*) > 0
ON CONFLICT (quarter) DO NOTHING
