-- Makes: locks on the waybills of these numbers, in the order of numbers; answers which exist and may be seen.
-- Reads: shipments_waybillkey by its primary key.
-- May run again: yes, it changes nothing.
SELECT waybill_no, month FROM shipments_waybillkey WHERE waybill_no = ANY (%(numbers)s::text[])
 ORDER BY waybill_no
   FOR UPDATE
