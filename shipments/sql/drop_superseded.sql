-- Makes: of rows with the same number in one load only the one that counts stays in shipments_incoming: the last one,
--   but a row never counts against an earlier one of the same source with a higher sequence.
-- Reads: shipments_incoming.
-- May run again: yes, a number is there once then.
WITH doubled AS (
    SELECT waybill_no FROM shipments_incoming GROUP BY waybill_no HAVING count(*) > 1
), in_order AS (
    SELECT line, waybill_no,
           coalesce(source_seq < max(source_seq) OVER (PARTITION BY waybill_no, source ORDER BY line), false) AS is_stale
      FROM shipments_incoming
     WHERE waybill_no IN (SELECT waybill_no FROM doubled)
), ranked AS (
    SELECT line, row_number() OVER (PARTITION BY waybill_no ORDER BY is_stale, line DESC) AS place FROM in_order
)
DELETE FROM shipments_incoming i USING ranked r WHERE r.line = i.line AND r.place > 1
