-- Makes: takes rows out of shipments_incoming that name no payer, and gives back their numbers if they are new.
-- Reads: shipments_incoming, shipments_fresh; shipments_waybillkey by its primary key.
-- May run again: yes, they are gone then.
WITH unpaid AS (
    DELETE FROM shipments_incoming WHERE customer_id IS NULL RETURNING line, waybill_no, payer
), given_back AS (
    DELETE FROM shipments_waybillkey k USING unpaid u, shipments_fresh f
     WHERE k.waybill_no = u.waybill_no AND f.waybill_no = u.waybill_no
)
SELECT line, payer FROM unpaid ORDER BY line
