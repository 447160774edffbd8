-- Makes: takes rows out of shipments_incoming whose waybill exists and is not the actor's to see: it belongs to one of
--   the customers `hidden`, or row-level security hides it.
-- Reads: shipments_incoming, shipments_fresh; shipments_waybillkey and shipments_waybill by their primary keys,
--   partitions of `months` only.
-- May run again: yes, they are gone then.
DELETE FROM shipments_incoming i
 WHERE NOT EXISTS (SELECT 1 FROM shipments_fresh f WHERE f.waybill_no = i.waybill_no)
   AND NOT EXISTS (SELECT 1
                     FROM shipments_waybillkey k
                     JOIN shipments_waybill w ON w.waybill_no = k.waybill_no AND w.month = k.month
                    WHERE k.waybill_no = i.waybill_no AND w.month = ANY (%(months)s::integer[])
                      AND w.customer_id <> ALL (%(hidden)s::bigint[]))
RETURNING i.line
