-- Makes: the numbers that are new, in shipments_waybillkey (nobody else can bring them now) and in shipments_fresh.
-- Reads: shipments_incoming; inserts in the order of numbers, so that loads at the same time never wait in a circle.
-- May run again: yes, known numbers are passed over.
WITH added AS (
    INSERT INTO shipments_waybillkey (waybill_no, month)
    SELECT waybill_no, month FROM shipments_incoming ORDER BY waybill_no
        ON CONFLICT (waybill_no) DO NOTHING
 RETURNING waybill_no
)
INSERT INTO shipments_fresh (waybill_no) SELECT waybill_no FROM added
