-- Makes: the waybills of the numbers that are new.
-- Reads: shipments_incoming; shipments_fresh unless all numbers are new (`all_new`).
-- May run again: no, and it cannot: a number is fresh in one load only. The rollups follow by trigger.
INSERT INTO shipments_waybill (
    customer_id, shipper_id, consignee_id, pickup_unit_id, delivery_unit_id, accepted_at, promised_at, delivered_at,
    source_seq, month, pieces, waiting_minutes, storage_days, waybill_no, payer, billed_code, service, origin,
    destination, weight_kg, billed_weight_kg, volume_m3, revenue, cost, currency, declared_value, cod_amount, status,
    exception, claim_amount, source
)
SELECT
    customer_id, shipper_id, consignee_id, pickup_unit_id, delivery_unit_id, accepted_at, promised_at, delivered_at,
    source_seq, month, pieces, waiting_minutes, storage_days, waybill_no, payer, billed_code, service, origin,
    destination, weight_kg, billed_weight_kg, volume_m3, revenue, cost, currency, declared_value, cod_amount, status,
    exception, claim_amount, source
  FROM shipments_incoming i
 WHERE %(all_new)s OR EXISTS (SELECT 1 FROM shipments_fresh f WHERE f.waybill_no = i.waybill_no)
