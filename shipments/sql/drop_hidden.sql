-- Makes: takes rows out of shipments_incoming whose waybill exists and belongs to one of the customers `hidden`.
-- Reads: shipments_waybillkey and shipments_waybill by their primary keys, partitions of `months` only.
-- May run again: yes, they are gone then.
DELETE FROM shipments_incoming i
 USING shipments_waybillkey k
  JOIN shipments_waybill w ON w.waybill_no = k.waybill_no AND w.month = k.month
 WHERE k.waybill_no = i.waybill_no AND w.month = ANY (%(months)s::integer[]) AND w.customer_id = ANY (%(hidden)s::bigint[])
RETURNING i.line
