-- Makes: what serving costs (segmentation.rules.serving), of customers that take effort or are not small.
-- Reads: the version's figures, classes and scores (waiting and storage); notes of the window; policies by customer.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
WITH touched AS (
    SELECT customer_id, count(*) AS touches
      FROM engagement_note
     WHERE written_at >= (%(after)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND written_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AND kind <> 'note'
     GROUP BY customer_id
), served AS (
    SELECT f.customer_id, t.tier, t.size, f.revenue_12m AS revenue, f.margin_12m AS margin, f.cost_12m AS cost,
           coalesce(w.waiting_minutes, 0) AS minutes, coalesce(w.minutes_over, 0) AS minutes_over,
           coalesce(w.storage_days, 0) AS days, coalesce(w.days_over, 0) AS days_over,
           coalesce(w.minutes_over, 0) * %(minute_rate)s AS waiting, coalesce(w.days_over, 0) * %(day_rate)s AS storage,
           coalesce(n.touches, 0) AS touches
      FROM segmentation_figures f
      JOIN segmentation_classification t ON t.version = f.version AND t.customer_id = f.customer_id
      LEFT JOIN segmentation_score w ON w.version = f.version AND w.customer_id = f.customer_id
      LEFT JOIN touched n ON n.customer_id = f.customer_id
     WHERE f.version = %(version)s
), weighed AS (
    SELECT s.*, CASE WHEN %(waiting_billed)s THEN 0 ELSE waiting END + CASE WHEN %(storage_billed)s THEN 0 ELSE storage END
                    AS borne,
           sum(touches) FILTER (WHERE margin IS NOT NULL) OVER (PARTITION BY tier) AS tier_touches,
           sum(margin) OVER (PARTITION BY tier) AS tier_margin
      FROM served s
)
INSERT INTO segmentation_serving (version, customer_id, tier, revenue, margin, waiting_minutes, minutes_over,
                                  storage_days, days_over, waiting_charge, storage_charge, borne, touches,
                                  cost_to_serve, result, effort, cost_ceiling)
SELECT %(version)s, customer_id, tier, revenue, margin, minutes, minutes_over, days, days_over, waiting, storage, borne,
       touches, cost + borne + touches * %(touch_cost)s, margin - borne - touches * %(touch_cost)s,
       CASE WHEN margin IS NULL THEN ''
            WHEN touches >= %(few_touches)s
                 AND (margin <= 0 OR touches * tier_margin >= %(uneven)s * margin * tier_touches) THEN 'over'
            WHEN margin > 0 AND size <> 'small' AND %(uneven)s * touches * tier_margin <= margin * tier_touches THEN 'under'
            ELSE '' END,
       (SELECT p.cost_share FROM customers_policy_on(w.customer_id, %(day)s::date) AS p)
  FROM weighed w
 WHERE touches > 0 OR minutes > 0 OR days > 0 OR size <> 'small'
