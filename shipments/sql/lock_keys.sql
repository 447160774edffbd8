-- Makes: locks on the numbers that were there before, in the order of numbers; answers where their waybills lie.
-- Reads: shipments_incoming, shipments_fresh; shipments_waybillkey by its primary key.
-- May run again: yes, it changes nothing.
WITH locked AS MATERIALIZED (
    SELECT k.month
      FROM shipments_waybillkey k
      JOIN shipments_incoming i ON i.waybill_no = k.waybill_no
     WHERE NOT EXISTS (SELECT 1 FROM shipments_fresh f WHERE f.waybill_no = k.waybill_no)
     ORDER BY k.waybill_no
       FOR UPDATE OF k
)
SELECT DISTINCT month FROM locked ORDER BY month
