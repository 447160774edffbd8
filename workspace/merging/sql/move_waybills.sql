-- Makes: waybills that name the file that goes name the one that stays, as payer, shipper or consignee;
--   which they were is noted a column. The rollups follow by their trigger.
-- Reads: all waybills once: there is no index by shipper and consignee, which would slow every load.
--   Loads wait (the lock of shipments_keep_customer), so that none names the file afterwards.
-- May run again: yes, it then finds nothing.
WITH named AS MATERIALIZED (
    SELECT waybill_no, month, customer_id = %(merged)s AS pays, shipper_id = %(merged)s AS sends,
           coalesce(consignee_id = %(merged)s, false) AS receives
      FROM shipments_waybill
     WHERE customer_id = %(merged)s OR shipper_id = %(merged)s OR consignee_id = %(merged)s
), moved AS (
    UPDATE shipments_waybill w
       SET customer_id = CASE WHEN n.pays THEN %(kept)s ELSE w.customer_id END,
           shipper_id = CASE WHEN n.sends THEN %(kept)s ELSE w.shipper_id END,
           consignee_id = CASE WHEN n.receives THEN %(kept)s ELSE w.consignee_id END
      FROM named n
     WHERE w.waybill_no = n.waybill_no AND w.month = n.month
 RETURNING w.waybill_no, n.pays, n.sends, n.receives
)
INSERT INTO customers_mergedrows (merge_id, customer_id, place, number, ids)
SELECT %(merge)s, %(kept)s, part.place, count(*), array_agg(m.waybill_no)
  FROM moved m
 CROSS JOIN LATERAL (VALUES ('shipments_waybill.customer_id', m.pays),
                            ('shipments_waybill.shipper_id', m.sends),
                            ('shipments_waybill.consignee_id', m.receives)) part (place, is_meant)
 WHERE part.is_meant
 GROUP BY part.place
