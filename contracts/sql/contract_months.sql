-- Makes: revenue, known cost and shipments of unknown cost of a customer in one currency, from `first` to `last`.
-- Reads: the customer's months by (customer, month); of the one or two months that these days cut, its waybills.
-- May run again: yes, it writes nothing.
WITH reached AS (
    SELECT month, NOT (shipments_first_day(month) >= %(first)s::date
                       AND shipments_first_day(month + 1) - 1 <= %(last)s::date) AS is_cut
      FROM generate_series(shipments_month(%(first)s::date), shipments_month(%(last)s::date)) AS month
), part AS (
    SELECT m.revenue, m.cost, m.uncosted
      FROM reached r
      JOIN shipments_customermonth m ON m.customer_id = %(customer)s AND m.month = r.month
     WHERE NOT r.is_cut AND m.currency = %(currency)s
    UNION ALL
    SELECT w.revenue, w.cost, (w.cost IS NULL)::int
      FROM reached r
      JOIN shipments_waybill w ON w.customer_id = %(customer)s AND w.month = r.month
     WHERE r.is_cut AND w.currency = %(currency)s AND w.status <> 'cancelled'
       AND w.accepted_on BETWEEN %(first)s::date AND %(last)s::date
)
SELECT coalesce(sum(revenue), 0)::numeric, coalesce(sum(cost), 0)::numeric, coalesce(sum(uncosted), 0)
  FROM part
