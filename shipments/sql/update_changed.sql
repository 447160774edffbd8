-- Makes: waybills that were there before as the load has them, when anything differs; a corrected day of acceptance
--   moves the row to its month. An older message of the same source never overwrites a newer one. The lines that were
--   written are in shipments_written.
-- Reads: shipments_incoming; shipments_waybillkey and shipments_waybill by their primary keys, partitions of `months`.
-- May run again: yes, nothing differs then. The rollups and the keys follow by trigger.
WITH changed AS (
    UPDATE shipments_waybill w
       SET (customer_id, shipper_id, consignee_id, pickup_unit_id, delivery_unit_id, accepted_at, promised_at,
            delivered_at, source_seq, month, pieces, waiting_minutes, storage_days, payer, billed_code, service,
            origin, destination, weight_kg, billed_weight_kg, volume_m3, revenue, cost, currency, declared_value,
            cod_amount, status, exception, claim_amount, source)
         = (i.customer_id, i.shipper_id, i.consignee_id, i.pickup_unit_id, i.delivery_unit_id, i.accepted_at,
            i.promised_at, i.delivered_at, i.source_seq, i.month, i.pieces, i.waiting_minutes, i.storage_days,
            i.payer, i.billed_code, i.service, i.origin, i.destination, i.weight_kg, i.billed_weight_kg,
            i.volume_m3, i.revenue, i.cost, i.currency, i.declared_value, i.cod_amount, i.status, i.exception,
            i.claim_amount, i.source)
      FROM shipments_incoming i
      JOIN shipments_waybillkey k ON k.waybill_no = i.waybill_no
     WHERE w.waybill_no = k.waybill_no AND w.month = k.month AND w.month = ANY (%(months)s::integer[])
       AND (w.source = i.source AND w.source_seq > i.source_seq) IS NOT TRUE
       AND (w.customer_id, w.shipper_id, w.consignee_id, w.pickup_unit_id, w.delivery_unit_id, w.accepted_at,
            w.promised_at, w.delivered_at, w.source_seq, w.month, w.pieces, w.waiting_minutes, w.storage_days,
            w.payer, w.billed_code, w.service, w.origin, w.destination, w.weight_kg, w.billed_weight_kg,
            w.volume_m3, w.revenue, w.cost, w.currency, w.declared_value, w.cod_amount, w.status, w.exception,
            w.claim_amount, w.source)
           IS DISTINCT FROM
           (i.customer_id, i.shipper_id, i.consignee_id, i.pickup_unit_id, i.delivery_unit_id, i.accepted_at,
            i.promised_at, i.delivered_at, i.source_seq, i.month, i.pieces, i.waiting_minutes, i.storage_days,
            i.payer, i.billed_code, i.service, i.origin, i.destination, i.weight_kg, i.billed_weight_kg,
            i.volume_m3, i.revenue, i.cost, i.currency, i.declared_value, i.cod_amount, i.status, i.exception,
            i.claim_amount, i.source)
    RETURNING i.line
)
INSERT INTO shipments_written (line) SELECT line FROM changed
