-- Makes: nothing; answers how many customers' months of `month` there are by currency, and whose are not what their
--   waybills come to.
-- Reads: shipments_customermonth by its index on the month; shipments_waybill, the partition of `month` only.
-- May run again: yes. It only reads, so that the server may use all its cores.
WITH recount AS (
    SELECT customer_id, currency, count(*) AS shipments, coalesce(sum(pieces), 0) AS pieces,
           coalesce(sum(weight_kg), 0) AS weight_kg, sum(revenue) AS revenue, coalesce(sum(cost), 0) AS cost,
           count(*) - count(cost) AS uncosted,
           count(*) FILTER (WHERE promised_on IS NOT NULL AND delivered_on IS NOT NULL) AS promised,
           count(*) FILTER (WHERE delivered_on <= promised_on) AS on_time,
           count(*) FILTER (WHERE exception <> '') AS exceptions, max(accepted_on) AS last_accepted_on,
           bit_or(1 << (accepted_on - shipments_first_day(%(month)s))) AS shipping_days
      FROM shipments_waybill
     WHERE month = %(month)s AND status <> 'cancelled'
     GROUP BY customer_id, currency
), kept AS (
    SELECT customer_id, currency, sum(shipments) AS shipments, sum(pieces) AS pieces, sum(weight_kg) AS weight_kg,
           sum(revenue) AS revenue, sum(cost) AS cost, sum(uncosted) AS uncosted, sum(promised) AS promised,
           sum(on_time) AS on_time, sum(exceptions) AS exceptions, max(last_accepted_on) AS last_accepted_on,
           bit_or(shipping_days) AS shipping_days
      FROM shipments_customermonth
     WHERE month = %(month)s
     GROUP BY customer_id, currency
)
SELECT count(*),
       coalesce(array_agg(customer_id) FILTER (
           WHERE (r.shipments, r.pieces, r.weight_kg, r.revenue, r.cost, r.uncosted, r.promised, r.on_time,
                  r.exceptions, r.last_accepted_on, r.shipping_days)
                 IS DISTINCT FROM
                 (k.shipments, k.pieces, k.weight_kg, k.revenue, k.cost, k.uncosted, k.promised, k.on_time,
                  k.exceptions, k.last_accepted_on, k.shipping_days)), '{}')
  FROM recount r
  FULL JOIN kept k USING (customer_id, currency)
