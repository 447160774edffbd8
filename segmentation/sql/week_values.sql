-- Makes nothing: active weeks of 12 months and what they brought on the mean, of customers without a contract that came
--   back and brought something: what Gamma-Gamma is fitted on. Of `most` customers, in an order that means nothing.
-- Reads: segmentation_active_weeks() (three years of months), the version's figures by customer.
-- May run again: it only reads.
SELECT w.weeks_12m, (s.value / w.weeks_12m)::float8
  FROM segmentation_active_weeks(%(day)s, 0) w
  JOIN segmentation_figures f ON f.version = %(version)s AND f.customer_id = w.customer_id
 CROSS JOIN LATERAL (SELECT CASE WHEN %(basis)s = 'margin' THEN f.margin_12m ELSE f.revenue_12m END AS value) s
 WHERE NOT w.has_contract AND w.repeats > 0 AND w.weeks_12m > 0 AND s.value > 0
 ORDER BY hashint8(w.customer_id), w.customer_id
 LIMIT %(most)s
