-- Makes: one recounted row of shipments_customermonth a customer and currency of the month, instead of the addends that
--   came since the last check; answers how many it recounted and how many of them differed (0: the triggers are exact).
--   Of the same customers' waybills also the pairs of shipper and consignee (shipments_pairmonth).
-- Reads: shipments_customermonth by its indexes; shipments_waybill, the partition of `month` only. `suspects` are customers
--   to recount although nothing of theirs has come (compare_rollups.sql and compare_pairs.sql find them).
-- May run again: yes. Only one check at a time (the caller holds a lock); writers may go on meanwhile.
WITH touched AS MATERIALIZED (
    SELECT customer_id FROM shipments_customermonth WHERE month = %(month)s AND NOT folded
     UNION
    SELECT unnest(%(suspects)s::bigint[])
), taken AS (
    DELETE FROM shipments_customermonth m USING touched t
     WHERE m.customer_id = t.customer_id AND m.month = %(month)s
    RETURNING m.*
), before AS (
    SELECT customer_id, currency, sum(shipments) AS shipments, sum(pieces) AS pieces, sum(weight_kg) AS weight_kg,
           sum(revenue) AS revenue, sum(cost) AS cost, sum(uncosted) AS uncosted, sum(promised) AS promised,
           sum(on_time) AS on_time, sum(exceptions) AS exceptions
      FROM taken
     GROUP BY customer_id, currency
    HAVING (sum(shipments), sum(pieces), sum(weight_kg), sum(revenue), sum(cost), sum(uncosted), sum(promised),
            sum(on_time), sum(exceptions)) IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0)
), recount AS (
    SELECT w.customer_id, w.currency, count(*) AS shipments, coalesce(sum(w.pieces), 0) AS pieces,
           coalesce(sum(w.weight_kg), 0) AS weight_kg, sum(w.revenue) AS revenue, coalesce(sum(w.cost), 0) AS cost,
           count(*) - count(w.cost) AS uncosted,
           count(*) FILTER (WHERE w.promised_on IS NOT NULL AND w.delivered_on IS NOT NULL) AS promised,
           count(*) FILTER (WHERE w.delivered_on <= w.promised_on) AS on_time,
           count(*) FILTER (WHERE w.exception <> '') AS exceptions, max(w.accepted_on) AS last_accepted_on,
           bit_or(1 << (w.accepted_on - shipments_first_day(%(month)s))) AS shipping_days
      FROM shipments_waybill w
      JOIN touched t ON t.customer_id = w.customer_id
     WHERE w.month = %(month)s AND w.status <> 'cancelled'
     GROUP BY w.customer_id, w.currency
), written AS (
    INSERT INTO shipments_customermonth (customer_id, month, currency, shipments, pieces, weight_kg, revenue, cost,
                                         uncosted, promised, on_time, exceptions, last_accepted_on, folded,
                                         shipping_days)
    SELECT customer_id, %(month)s, currency, shipments, pieces, weight_kg, revenue, cost, uncosted, promised, on_time,
           exceptions, last_accepted_on, true, shipping_days
      FROM recount
), parted AS (
    DELETE FROM shipments_pairmonth p USING touched t WHERE p.customer_id = t.customer_id AND p.month = %(month)s
), paired AS (
    INSERT INTO shipments_pairmonth (customer_id, shipper_id, consignee_id, month, shipments, currency, revenue)
    SELECT w.customer_id, w.shipper_id, w.consignee_id, %(month)s, count(*), w.currency, sum(w.revenue)
      FROM shipments_waybill w
      JOIN touched t ON t.customer_id = w.customer_id
     WHERE w.month = %(month)s AND w.status <> 'cancelled' AND w.consignee_id <> w.shipper_id
     GROUP BY w.customer_id, w.shipper_id, w.consignee_id, w.currency
)
SELECT count(*),
       count(*) FILTER (WHERE (b.shipments, b.pieces, b.weight_kg, b.revenue, b.cost, b.uncosted, b.promised,
                               b.on_time, b.exceptions)
                           IS DISTINCT FROM
                              (r.shipments, r.pieces, r.weight_kg, r.revenue, r.cost, r.uncosted, r.promised,
                               r.on_time, r.exceptions))
  FROM before b
  FULL JOIN recount r ON r.customer_id = b.customer_id AND r.currency = b.currency
