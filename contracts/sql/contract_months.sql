-- Makes: revenue, known cost and shipments of unknown cost of a customer in one currency, in the
--   months from that of `first` to that of `last`.
-- Reads: the customer's months by (customer, month).
-- May run again: yes, it writes nothing.
SELECT coalesce(sum(revenue), 0)::numeric, coalesce(sum(cost), 0)::numeric, coalesce(sum(uncosted), 0)
  FROM shipments_customermonth
 WHERE customer_id = %(customer)s AND currency = %(currency)s
   AND month BETWEEN shipments_month(%(first)s::date) AND shipments_month(%(last)s::date)
