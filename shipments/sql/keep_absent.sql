-- Makes: in shipments_incoming the stored values for columns that the file does not have (`absent`).
-- Reads: shipments_waybillkey and shipments_waybill by their primary keys, partitions of `months` only.
-- May run again: yes, it writes the same values.
UPDATE shipments_incoming i
   SET consignee_id = CASE WHEN 'consignee_id' = ANY (%(absent)s::text[]) THEN w.consignee_id ELSE i.consignee_id END,
       payer = CASE WHEN 'payer' = ANY (%(absent)s::text[]) THEN w.payer ELSE i.payer END,
       billed_code = CASE WHEN 'billed_code' = ANY (%(absent)s::text[]) THEN w.billed_code ELSE i.billed_code END,
       billed_id = CASE WHEN 'billed_code' = ANY (%(absent)s::text[]) AND w.billed_code <> '' THEN w.customer_id
                        ELSE i.billed_id END,
       service = CASE WHEN 'service' = ANY (%(absent)s::text[]) THEN w.service ELSE i.service END,
       promised_at = CASE WHEN 'promised_at' = ANY (%(absent)s::text[]) THEN w.promised_at ELSE i.promised_at END,
       delivered_at = CASE WHEN 'delivered_at' = ANY (%(absent)s::text[]) THEN w.delivered_at ELSE i.delivered_at END,
       origin = CASE WHEN 'origin' = ANY (%(absent)s::text[]) THEN w.origin ELSE i.origin END,
       destination = CASE WHEN 'destination' = ANY (%(absent)s::text[]) THEN w.destination ELSE i.destination END,
       pickup_unit_id = CASE WHEN 'pickup_unit_id' = ANY (%(absent)s::text[]) THEN w.pickup_unit_id ELSE i.pickup_unit_id END,
       delivery_unit_id = CASE WHEN 'delivery_unit_id' = ANY (%(absent)s::text[]) THEN w.delivery_unit_id
                               ELSE i.delivery_unit_id END,
       pieces = CASE WHEN 'pieces' = ANY (%(absent)s::text[]) THEN w.pieces ELSE i.pieces END,
       weight_kg = CASE WHEN 'weight_kg' = ANY (%(absent)s::text[]) THEN w.weight_kg ELSE i.weight_kg END,
       billed_weight_kg = CASE WHEN 'billed_weight_kg' = ANY (%(absent)s::text[]) THEN w.billed_weight_kg
                               ELSE i.billed_weight_kg END,
       volume_m3 = CASE WHEN 'volume_m3' = ANY (%(absent)s::text[]) THEN w.volume_m3 ELSE i.volume_m3 END,
       cost = CASE WHEN 'cost' = ANY (%(absent)s::text[]) THEN w.cost ELSE i.cost END,
       currency = CASE WHEN 'currency' = ANY (%(absent)s::text[]) THEN w.currency ELSE i.currency END,
       declared_value = CASE WHEN 'declared_value' = ANY (%(absent)s::text[]) THEN w.declared_value ELSE i.declared_value END,
       cod_amount = CASE WHEN 'cod_amount' = ANY (%(absent)s::text[]) THEN w.cod_amount ELSE i.cod_amount END,
       status = CASE WHEN 'status' = ANY (%(absent)s::text[]) THEN w.status ELSE i.status END,
       exception = CASE WHEN 'exception' = ANY (%(absent)s::text[]) THEN w.exception ELSE i.exception END,
       claim_amount = CASE WHEN 'claim_amount' = ANY (%(absent)s::text[]) THEN w.claim_amount ELSE i.claim_amount END,
       waiting_minutes = CASE WHEN 'waiting_minutes' = ANY (%(absent)s::text[]) THEN w.waiting_minutes
                              ELSE i.waiting_minutes END,
       storage_days = CASE WHEN 'storage_days' = ANY (%(absent)s::text[]) THEN w.storage_days ELSE i.storage_days END,
       source = CASE WHEN 'source' = ANY (%(absent)s::text[]) THEN w.source ELSE i.source END,
       source_seq = CASE WHEN 'source_seq' = ANY (%(absent)s::text[]) THEN w.source_seq ELSE i.source_seq END
  FROM shipments_waybillkey k
  JOIN shipments_waybill w ON w.waybill_no = k.waybill_no AND w.month = k.month
 WHERE k.waybill_no = i.waybill_no AND w.month = ANY (%(months)s::integer[])
