-- Makes: events of waybills that are locked, new ones and corrected ones; answers what became of each line, what the
--   event said before, and its id where it was written. An older message about an event never overwrites a newer one.
-- Reads: the rows in `events`; shipments_waybillkey, shipments_waybill and shipments_waybillevent by their primary keys,
--   partitions of `months` only.
-- May run again: yes, all are unchanged then.
WITH brought AS (
    SELECT w.month, w.customer_id, e.*,
           row_number() OVER (PARTITION BY e.waybill_no, e.source, e.event_id
                              ORDER BY e.seq DESC NULLS LAST, e.line DESC) AS rank
      FROM jsonb_to_recordset(%(events)s::jsonb) AS e (
               line integer, waybill_no text, source text, event_id text, seq bigint, kind text, stage text,
               exception text, happened_at timestamptz, unit_id bigint, place text, note text)
      JOIN shipments_waybillkey k ON k.waybill_no = e.waybill_no
      JOIN shipments_waybill w ON w.waybill_no = k.waybill_no AND w.month = k.month
     WHERE w.month = ANY (%(months)s::integer[])
), written AS (
    INSERT INTO shipments_waybillevent AS stored (
        waybill_no, month, customer_id, source, event_id, seq, kind, stage, exception, happened_at, unit_id, place, note)
    SELECT waybill_no, month, customer_id, source, event_id, seq, kind, stage, exception, happened_at, unit_id, b.place,
           note
      FROM brought b WHERE b.rank = 1
        ON CONFLICT (waybill_no, month, source, event_id) DO UPDATE
       SET (seq, kind, stage, exception, happened_at, unit_id, place, note)
         = (EXCLUDED.seq, EXCLUDED.kind, EXCLUDED.stage, EXCLUDED.exception, EXCLUDED.happened_at, EXCLUDED.unit_id,
            EXCLUDED.place, EXCLUDED.note)
     WHERE (EXCLUDED.seq < stored.seq) IS NOT TRUE
       AND (EXCLUDED.seq, EXCLUDED.kind, EXCLUDED.stage, EXCLUDED.exception, EXCLUDED.happened_at, EXCLUDED.unit_id,
            EXCLUDED.place, EXCLUDED.note)
           IS DISTINCT FROM
           (stored.seq, stored.kind, stored.stage, stored.exception, stored.happened_at, stored.unit_id, stored.place,
            stored.note)
    RETURNING id, waybill_no, source, event_id
)
SELECT b.line, b.waybill_no, coalesce(old.kind, ''), n.id,
       CASE WHEN b.rank > 1 THEN 'unchanged'
            WHEN n.id IS NULL AND b.seq < old.seq THEN 'stale'
            WHEN n.id IS NULL THEN 'unchanged'
            WHEN old.id IS NULL THEN 'created'
            ELSE 'updated' END
  FROM brought b
  LEFT JOIN written n ON n.waybill_no = b.waybill_no AND n.source = b.source AND n.event_id = b.event_id AND b.rank = 1
  LEFT JOIN shipments_waybillevent old ON old.waybill_no = b.waybill_no AND old.month = b.month
       AND old.source = b.source AND old.event_id = b.event_id
