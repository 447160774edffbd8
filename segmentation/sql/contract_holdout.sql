-- Makes nothing: of the contract customers of an earlier night, how many there were, how many of them were to ship within
--   the days since (segmentation.rules.customer_value, ships_again), and how many did. Read once a month.
-- Reads: customer values and rhythm of the version `earlier`, figures of `version`, all by customer.
-- May run again: it only reads.
WITH told AS (
    SELECT v.customer_id, v.p_alive::float8 AS alive,
           -ln((v.reasons -> 0 ->> 'retention')::float8) / 365 AS leaving,
           CASE WHEN r.state = 'paused' THEN 0 ELSE ln(10::float8) / r.usual_days END AS shipping
      FROM segmentation_customervalue v
      JOIN segmentation_rhythm r ON r.version = v.version AND r.customer_id = v.customer_id
     WHERE v.version = %(earlier)s AND v.model = 'retention'
)
SELECT count(*),
       coalesce(sum(alive * shipping / (leaving + shipping) * (1 - exp(-(leaving + shipping) * %(span_days)s))), 0)::float8,
       count(*) FILTER (WHERE f.last_accepted_on > %(since)s)
  FROM told t
  JOIN segmentation_figures f ON f.version = %(version)s AND f.customer_id = t.customer_id
