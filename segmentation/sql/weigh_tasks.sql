-- Makes: the urgency of every open task, where it differs: revenue of three months x lateness x tier,
--   as alerts are weighed (weigh_alerts.sql).
-- Reads: open tasks, their customers by id, segmentation_figures of the version by customer.
-- May run again: yes, what is right is not touched.
WITH weighed AS (
    SELECT t.id,
           floor(coalesce(f.revenue_3m, 0)
               * (100 + 3 * least(greatest(%(day)s::date - t.due_on, 0), 100))
               * CASE c.tier WHEN 'large' THEN 150 WHEN 'risk' THEN 150 WHEN 'medium' THEN 120
                             WHEN 'potential' THEN 110 ELSE 100 END / 10000)::bigint AS urgency
      FROM engagement_task t
      JOIN customers_customer c ON c.id = t.customer_id
      LEFT JOIN segmentation_figures f
        ON f.version = %(version)s AND f.customer_id = t.customer_id
     WHERE t.state = 'open'
), differing AS (
    SELECT t.id, w.urgency
      FROM engagement_task t
      JOIN weighed w ON w.id = t.id AND w.urgency <> t.urgency
     ORDER BY t.id
       FOR UPDATE OF t
)
UPDATE engagement_task t
   SET urgency = d.urgency
  FROM differing d
 WHERE t.id = d.id
