-- Makes: nothing; answers what became of each line of a load that was not taken out of it.
-- Reads: shipments_incoming, shipments_fresh, shipments_written; shipments_waybillkey and shipments_waybill by their
--   primary keys, partitions of `months` only.
-- May run again: yes. An older message was not written, so that the stored sequence is still the higher one.
SELECT i.line,
       CASE WHEN f.waybill_no IS NOT NULL THEN 'created'
            WHEN c.line IS NOT NULL THEN 'updated'
            WHEN w.source = i.source AND w.source_seq > i.source_seq THEN 'stale'
            ELSE 'unchanged' END
  FROM shipments_incoming i
  LEFT JOIN shipments_fresh f ON f.waybill_no = i.waybill_no
  LEFT JOIN shipments_written c ON c.line = i.line
  LEFT JOIN (shipments_waybillkey k JOIN shipments_waybill w ON w.waybill_no = k.waybill_no AND w.month = k.month
                                     AND w.month = ANY (%(months)s::integer[]))
    ON k.waybill_no = i.waybill_no
