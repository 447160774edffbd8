-- Makes: the ageing (03 B4) at the end of `day` of some customers, or of all when `customers` is NULL, summed
--   by currency and, as asked, by unit, manager, tier or customer, as those stand now; `customers` of a sum
--   are those with something open or credit.
-- Reads: contracts_ageing_at (migration 0004), customers by id.
-- May run again: it only reads.
SELECT CASE %(by)s WHEN 'unit' THEN c.org_unit_id::text WHEN 'manager' THEN c.account_manager_id::text
                   WHEN 'tier' THEN c.tier WHEN 'customer' THEN c.id::text END AS key,
       a.currency, count(*), sum(a.not_due), sum(a.d1_30), sum(a.d31_60), sum(a.d61_90), sum(a.d91_180),
       sum(a.d181_365), sum(a.d365_plus), sum(a.overdue), sum(a.unallocated), sum(a.balance)
  FROM contracts_ageing_at(%(day)s::date, %(customers)s::bigint[]) a
  JOIN customers_customer c ON c.id = a.customer_id
 GROUP BY 1, 2
