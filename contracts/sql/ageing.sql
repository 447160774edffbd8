-- Makes: the ageing (03 B4) at the end of `day` of some customers, or of all when `customers` is
--   NULL, sorted by customer code and currency.
-- Reads: contracts_ageing_at (migration 0004), customers by id.
-- May run again: it only reads.
SELECT c.id, c.code, a.currency, a.not_due, a.d1_30, a.d31_60, a.d61_90, a.d91_180, a.d181_365,
       a.d365_plus, a.overdue, a.unallocated, a.balance, a.oldest_due_on
  FROM contracts_ageing_at(%(day)s::date, %(customers)s::bigint[]) a
  JOIN customers_customer c ON c.id = a.customer_id
 ORDER BY c.code COLLATE "C", a.currency COLLATE "C"
