-- Makes: waybills that a merge moved name the file that went again, in the columns that moved, unless
--   they name another since.
-- Reads: what the merge noted, waybills by their keys.
-- May run again: yes, it then changes nothing.
WITH noted AS (
    SELECT unnest(ids) AS waybill_no, place
      FROM customers_mergedrows
     WHERE merge_id = %(merge)s AND starts_with(place, 'shipments_waybill.')
), named AS (
    SELECT waybill_no, bool_or(place = 'shipments_waybill.customer_id') AS pays,
           bool_or(place = 'shipments_waybill.shipper_id') AS sends,
           bool_or(place = 'shipments_waybill.consignee_id') AS receives
      FROM noted
     GROUP BY waybill_no
)
UPDATE shipments_waybill w
   SET customer_id = CASE WHEN n.pays AND w.customer_id = %(kept)s THEN %(merged)s ELSE w.customer_id END,
       shipper_id = CASE WHEN n.sends AND w.shipper_id = %(kept)s THEN %(merged)s ELSE w.shipper_id END,
       consignee_id = CASE WHEN n.receives AND w.consignee_id = %(kept)s THEN %(merged)s ELSE w.consignee_id END
  FROM named n
  JOIN shipments_waybillkey k ON k.waybill_no = n.waybill_no
 WHERE w.waybill_no = k.waybill_no AND w.month = k.month
