-- Makes: in shipments_incoming what events have said already, where a row only repeats an earlier stage of the way or
--   says nothing of an exception: a message that comes again never takes back a delivery.
-- Reads: shipments_incoming, the events of its numbers by their primary key, partitions of `months` only.
-- May run again: yes, it writes the same values.
WITH told AS MATERIALIZED (
    SELECT * FROM shipments_told((SELECT array_agg(waybill_no) FROM shipments_incoming), %(months)s::integer[],
                                 %(under_way)s::text[])
)
UPDATE shipments_incoming i
   SET status = CASE WHEN i.status IN ('accepted', 'in_transit') THEN coalesce(t.status, i.status) ELSE i.status END,
       delivered_at = CASE WHEN i.status IN ('accepted', 'in_transit') THEN coalesce(t.delivered_at, i.delivered_at)
                           ELSE i.delivered_at END,
       exception = CASE WHEN i.exception = '' THEN t.exception ELSE i.exception END
  FROM told t
 WHERE t.waybill_no = i.waybill_no
