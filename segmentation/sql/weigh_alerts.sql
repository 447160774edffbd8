-- Makes: the urgency of every alert that is not closed (segmentation.rules.urgency), where it differs.
--   Of a low score, a late complaint or a doubt about credit the customer's revenue of three months is at stake.
--   A payment weighs more where its customer broke promises within a year.
-- Reads: open alerts, their customers by id, promises broken, segmentation_figures of the version by customer.
-- May run again: yes, what is right is not touched.
WITH broken AS (
    SELECT p.customer_id, least(count(*), 2) AS promises
      FROM contracts_promise p
      JOIN core_version v ON v.id = %(version)s
     WHERE p.state IN ('broken', 'partial')
       AND p.decided_on > v.business_date - 365 AND p.decided_on <= v.business_date
     GROUP BY p.customer_id
), weighed AS (
    SELECT a.id,
           floor(coalesce(a.amount, f.revenue_3m, 0)
               * CASE WHEN a.kind <> 'payment_due' THEN
                      CASE a.severity WHEN 'low' THEN 50 WHEN 'medium' THEN 100 WHEN 'high' THEN 150 ELSE 200 END
                      WHEN (a.params ->> 'days')::int < 0 THEN 50
                      ELSE 100 + 3 * least((a.params ->> 'days')::int, 100) END
               * CASE c.tier WHEN 'large' THEN 150 WHEN 'risk' THEN 150 WHEN 'medium' THEN 120
                             WHEN 'potential' THEN 110 ELSE 100 END
               * CASE WHEN a.kind = 'payment_due' THEN 100 + 25 * coalesce(b.promises, 0) ELSE 100 END
               / 1000000)::bigint AS urgency
      FROM engagement_alert a
      JOIN customers_customer c ON c.id = a.customer_id
      LEFT JOIN broken b ON b.customer_id = a.customer_id
      LEFT JOIN segmentation_figures f
        ON a.kind IN ('low_score', 'credit_review', 'expiring', 'complaint_late') AND f.version = %(version)s AND f.customer_id = a.customer_id
     WHERE a.status <> 'closed'
)
UPDATE engagement_alert a
   SET urgency = w.urgency
  FROM weighed w
 WHERE a.id = w.id AND a.urgency <> w.urgency
