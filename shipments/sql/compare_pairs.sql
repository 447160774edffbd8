-- Makes: nothing; answers whose waybills of `month` do not come to the pairs of shipper and consignee that are kept.
-- Reads: shipments_pairmonth by its index on the month; shipments_waybill, the partition of `month` only.
-- May run again: yes. It only reads, so that the server may use all its cores.
WITH recount AS (
    SELECT customer_id, shipper_id, consignee_id, currency, count(*) AS shipments, sum(revenue) AS revenue
      FROM shipments_waybill
     WHERE month = %(month)s AND status <> 'cancelled' AND consignee_id <> shipper_id
     GROUP BY customer_id, shipper_id, consignee_id, currency
), kept AS (
    SELECT customer_id, shipper_id, consignee_id, currency, shipments, revenue
      FROM shipments_pairmonth
     WHERE month = %(month)s
)
SELECT coalesce(array_agg(DISTINCT customer_id), '{}')
  FROM recount r
  FULL JOIN kept k USING (customer_id, shipper_id, consignee_id, currency)
 WHERE (r.shipments, r.revenue) IS DISTINCT FROM (k.shipments, k.revenue)
