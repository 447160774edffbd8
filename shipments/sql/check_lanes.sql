-- Makes: one recounted row of shipments_lanemonth a customer, currency, service and lane of the month, instead of the
--   addends that came since the last check; answers how many it recounted and how many of them differed (0: the triggers are exact).
-- Reads: shipments_lanemonth by its indexes; shipments_waybill, the partition of `month` only. `suspects` are customers
--   to recount although nothing of theirs has come (compare_lanes.sql finds them).
-- May run again: yes. Only one check at a time (the caller holds a lock); writers may go on meanwhile.
WITH touched AS MATERIALIZED (
    SELECT customer_id FROM shipments_lanemonth WHERE month = %(month)s AND NOT folded
     UNION
    SELECT unnest(%(suspects)s::bigint[])
), taken AS (
    DELETE FROM shipments_lanemonth m USING touched t
     WHERE m.customer_id = t.customer_id AND m.month = %(month)s
    RETURNING m.*
), before AS (
    SELECT customer_id, currency, service, origin, destination, sum(shipments) AS shipments,
           sum(pieces) AS pieces, sum(weight_kg) AS weight_kg,
           sum(revenue) AS revenue, sum(cost) AS cost, sum(uncosted) AS uncosted, sum(promised) AS promised,
           sum(on_time) AS on_time, sum(exceptions) AS exceptions
      FROM taken
     GROUP BY customer_id, currency, service, origin, destination
    HAVING (sum(shipments), sum(pieces), sum(weight_kg), sum(revenue), sum(cost), sum(uncosted), sum(promised),
            sum(on_time), sum(exceptions)) IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0)
), recount AS (
    SELECT w.customer_id, w.currency, w.service, w.origin, w.destination, count(*) AS shipments,
           coalesce(sum(w.pieces), 0) AS pieces,
           coalesce(sum(w.weight_kg), 0) AS weight_kg, sum(w.revenue) AS revenue, coalesce(sum(w.cost), 0) AS cost,
           count(*) - count(w.cost) AS uncosted,
           count(*) FILTER (WHERE w.promised_on IS NOT NULL AND w.delivered_on IS NOT NULL) AS promised,
           count(*) FILTER (WHERE w.delivered_on <= w.promised_on) AS on_time,
           count(*) FILTER (WHERE w.exception <> '') AS exceptions
      FROM shipments_waybill w
      JOIN touched t ON t.customer_id = w.customer_id
     WHERE w.month = %(month)s AND w.status <> 'cancelled'
     GROUP BY w.customer_id, w.currency, w.service, w.origin, w.destination
), written AS (
    INSERT INTO shipments_lanemonth (customer_id, month, currency, service, origin, destination, shipments, pieces,
                                     weight_kg, revenue, cost, uncosted, promised, on_time, exceptions, folded)
    SELECT customer_id, %(month)s, currency, service, origin, destination, shipments, pieces, weight_kg, revenue,
           cost, uncosted, promised, on_time, exceptions, true
      FROM recount
)
SELECT count(*),
       count(*) FILTER (WHERE (b.shipments, b.pieces, b.weight_kg, b.revenue, b.cost, b.uncosted, b.promised,
                               b.on_time, b.exceptions)
                           IS DISTINCT FROM
                              (r.shipments, r.pieces, r.weight_kg, r.revenue, r.cost, r.uncosted, r.promised,
                               r.on_time, r.exceptions))
  FROM before b
  FULL JOIN recount r USING (customer_id, currency, service, origin, destination)
