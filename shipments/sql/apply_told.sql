-- Makes: waybills as the events that were just written (`written`, ids) say: delivered, returned, on the way, with an
--   exception. Where an event took back a delivery (`undone`) or an exception (`cleared`), what the others say counts.
--   A cancelled waybill stays cancelled.
-- Reads: the events of `numbers` and their waybills by their primary keys, partitions of `months` only.
-- May run again: yes, nothing differs then. The rollups follow by trigger.
WITH said AS MATERIALIZED (
    SELECT * FROM shipments_told(%(numbers)s::text[], %(months)s::integer[], %(under_way)s::text[])
), told AS MATERIALIZED (
    SELECT n.waybill_no, t.status, t.delivered_at, coalesce(t.exception, '') AS exception,
           n.waybill_no = ANY (%(undone)s::text[]) AS is_undone,
           n.waybill_no = ANY (%(undone)s::text[]) OR coalesce(t.status_id = ANY (%(written)s::bigint[]), false) AS moves,
           n.waybill_no = ANY (%(cleared)s::text[])
               OR coalesce(t.exception_id = ANY (%(written)s::bigint[]), false) AS excepts
      FROM unnest(%(numbers)s::text[]) AS n (waybill_no)
      LEFT JOIN said t USING (waybill_no)
), stated AS MATERIALIZED (
    SELECT w.waybill_no, w.month,
           CASE WHEN NOT t.moves THEN w.status
                WHEN t.status IN ('delivered', 'returned') THEN t.status
                WHEN t.is_undone OR w.status = 'accepted' THEN 'in_transit'
                ELSE w.status END AS status,
           CASE WHEN NOT t.moves THEN w.delivered_at
                WHEN t.status = 'delivered' THEN t.delivered_at
                WHEN t.is_undone THEN NULL
                ELSE w.delivered_at END AS delivered_at,
           CASE WHEN t.excepts THEN t.exception ELSE w.exception END AS exception
      FROM told t
      JOIN shipments_waybillkey k ON k.waybill_no = t.waybill_no
      JOIN shipments_waybill w ON w.waybill_no = k.waybill_no AND w.month = k.month
     WHERE w.month = ANY (%(months)s::integer[]) AND w.status <> 'cancelled'
)
UPDATE shipments_waybill w
   SET status = s.status, delivered_at = s.delivered_at, exception = s.exception
  FROM stated s
 WHERE w.waybill_no = s.waybill_no AND w.month = s.month AND w.month = ANY (%(months)s::integer[])
   AND (w.status, w.delivered_at, w.exception) IS DISTINCT FROM (s.status, s.delivered_at, s.exception)
