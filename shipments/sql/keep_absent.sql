-- Makes: in shipments_incoming the stored values for columns that the file (`absent`) or the row does not have.
-- Reads: shipments_waybillkey and shipments_waybill by their primary keys, partitions of `months` only.
-- May run again: yes, it writes the same values.
UPDATE shipments_incoming i
   SET consignee_id = CASE WHEN 'consignee_id' = ANY (a.absent) THEN w.consignee_id ELSE i.consignee_id END,
       payer = CASE WHEN 'payer' = ANY (a.absent) THEN w.payer ELSE i.payer END,
       billed_code = CASE WHEN 'billed_code' = ANY (a.absent) THEN w.billed_code ELSE i.billed_code END,
       billed_id = CASE WHEN 'billed_code' = ANY (a.absent) AND w.billed_code <> '' THEN w.customer_id
                        ELSE i.billed_id END,
       service = CASE WHEN 'service' = ANY (a.absent) THEN w.service ELSE i.service END,
       promised_at = CASE WHEN 'promised_at' = ANY (a.absent) THEN w.promised_at ELSE i.promised_at END,
       delivered_at = CASE WHEN 'delivered_at' = ANY (a.absent) THEN w.delivered_at ELSE i.delivered_at END,
       origin = CASE WHEN 'origin' = ANY (a.absent) THEN w.origin ELSE i.origin END,
       destination = CASE WHEN 'destination' = ANY (a.absent) THEN w.destination ELSE i.destination END,
       pickup_unit_id = CASE WHEN 'pickup_unit_id' = ANY (a.absent) THEN w.pickup_unit_id ELSE i.pickup_unit_id END,
       delivery_unit_id = CASE WHEN 'delivery_unit_id' = ANY (a.absent) THEN w.delivery_unit_id
                               ELSE i.delivery_unit_id END,
       pieces = CASE WHEN 'pieces' = ANY (a.absent) THEN w.pieces ELSE i.pieces END,
       weight_kg = CASE WHEN 'weight_kg' = ANY (a.absent) THEN w.weight_kg ELSE i.weight_kg END,
       billed_weight_kg = CASE WHEN 'billed_weight_kg' = ANY (a.absent) THEN w.billed_weight_kg
                               ELSE i.billed_weight_kg END,
       volume_m3 = CASE WHEN 'volume_m3' = ANY (a.absent) THEN w.volume_m3 ELSE i.volume_m3 END,
       cost = CASE WHEN 'cost' = ANY (a.absent) THEN w.cost ELSE i.cost END,
       currency = CASE WHEN 'currency' = ANY (a.absent) THEN w.currency ELSE i.currency END,
       declared_value = CASE WHEN 'declared_value' = ANY (a.absent) THEN w.declared_value ELSE i.declared_value END,
       cod_amount = CASE WHEN 'cod_amount' = ANY (a.absent) THEN w.cod_amount ELSE i.cod_amount END,
       status = CASE WHEN 'status' = ANY (a.absent) THEN w.status ELSE i.status END,
       exception = CASE WHEN 'exception' = ANY (a.absent) THEN w.exception ELSE i.exception END,
       claim_amount = CASE WHEN 'claim_amount' = ANY (a.absent) THEN w.claim_amount ELSE i.claim_amount END,
       waiting_minutes = CASE WHEN 'waiting_minutes' = ANY (a.absent) THEN w.waiting_minutes
                              ELSE i.waiting_minutes END,
       storage_days = CASE WHEN 'storage_days' = ANY (a.absent) THEN w.storage_days ELSE i.storage_days END,
       source = CASE WHEN 'source' = ANY (a.absent) THEN w.source ELSE i.source END,
       source_seq = CASE WHEN 'source_seq' = ANY (a.absent) THEN w.source_seq ELSE i.source_seq END
  FROM (SELECT line, waybill_no, %(absent)s::text[] || absent AS absent FROM shipments_incoming) a
  JOIN shipments_waybillkey k ON k.waybill_no = a.waybill_no
  JOIN shipments_waybill w ON w.waybill_no = k.waybill_no AND w.month = k.month
 WHERE a.line = i.line AND w.month = ANY (%(months)s::integer[])
