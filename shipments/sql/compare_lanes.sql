-- Makes: nothing; answers how many customers' months of `month` there are by currency, service and lane, and whose
--   are not what their waybills come to.
-- Reads: shipments_lanemonth by its index on the month; shipments_waybill, the partition of `month` only.
-- May run again: yes. It only reads, so that the server may use all its cores.
WITH recount AS (
    SELECT customer_id, currency, service, origin, destination, count(*) AS shipments,
           coalesce(sum(pieces), 0) AS pieces,
           coalesce(sum(weight_kg), 0) AS weight_kg, sum(revenue) AS revenue, coalesce(sum(cost), 0) AS cost,
           count(*) - count(cost) AS uncosted,
           count(*) FILTER (WHERE promised_on IS NOT NULL AND delivered_on IS NOT NULL) AS promised,
           count(*) FILTER (WHERE delivered_on <= promised_on) AS on_time,
           count(*) FILTER (WHERE exception <> '') AS exceptions
      FROM shipments_waybill
     WHERE month = %(month)s AND status <> 'cancelled'
     GROUP BY customer_id, currency, service, origin, destination
), kept AS (
    SELECT customer_id, currency, service, origin, destination, sum(shipments) AS shipments,
           sum(pieces) AS pieces, sum(weight_kg) AS weight_kg,
           sum(revenue) AS revenue, sum(cost) AS cost, sum(uncosted) AS uncosted, sum(promised) AS promised,
           sum(on_time) AS on_time, sum(exceptions) AS exceptions
      FROM shipments_lanemonth
     WHERE month = %(month)s
     GROUP BY customer_id, currency, service, origin, destination
)
SELECT count(*),
       coalesce(array_agg(DISTINCT customer_id) FILTER (
           WHERE (r.shipments, r.pieces, r.weight_kg, r.revenue, r.cost, r.uncosted, r.promised, r.on_time,
                  r.exceptions)
                 IS DISTINCT FROM
                 (k.shipments, k.pieces, k.weight_kg, k.revenue, k.cost, k.uncosted, k.promised, k.on_time,
                  k.exceptions)), '{}')
  FROM recount r
  FULL JOIN kept k USING (customer_id, currency, service, origin, destination)
