-- Makes: nothing; answers whose the waybills are that a load would change.
-- Reads: shipments_incoming; shipments_waybillkey and shipments_waybill by their primary keys, partitions of `months`.
-- May run again: yes.
SELECT DISTINCT w.customer_id
  FROM shipments_incoming i
  JOIN shipments_waybillkey k ON k.waybill_no = i.waybill_no
  JOIN shipments_waybill w ON w.waybill_no = k.waybill_no AND w.month = k.month
 WHERE w.month = ANY (%(months)s::integer[])
