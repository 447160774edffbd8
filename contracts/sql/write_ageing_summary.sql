-- Makes: the version's ageing summed by unit, manager, tier and currency, as the customers stand now.
-- Reads: the version's contracts_ageing once, customers by id. Moves wait (lock_ageing_summary.sql).
-- May run again: yes, after forget_ageing_summary.sql.
INSERT INTO contracts_ageingsummary (
    version, org_unit_id, account_manager_id, tier, currency, customers, not_due, d1_30, d31_60, d61_90,
    d91_180, d181_365, d365_plus, overdue, unallocated, balance, n_not_due, n_d1_30, n_d31_60, n_d61_90,
    n_d91_180, n_d181_365, n_d365_plus, n_overdue, n_unallocated, due_w1, due_w2, due_w3, due_w4
)
SELECT %(version)s, a.org_unit_id, a.account_manager_id, c.tier, a.currency, count(*), sum(a.not_due),
       sum(a.d1_30), sum(a.d31_60), sum(a.d61_90), sum(a.d91_180), sum(a.d181_365), sum(a.d365_plus),
       sum(a.overdue), sum(a.unallocated), sum(a.balance), count(*) FILTER (WHERE a.not_due > 0),
       count(*) FILTER (WHERE a.d1_30 > 0), count(*) FILTER (WHERE a.d31_60 > 0),
       count(*) FILTER (WHERE a.d61_90 > 0), count(*) FILTER (WHERE a.d91_180 > 0),
       count(*) FILTER (WHERE a.d181_365 > 0), count(*) FILTER (WHERE a.d365_plus > 0),
       count(*) FILTER (WHERE a.overdue > 0), count(*) FILTER (WHERE a.unallocated > 0),
       sum(a.due_w1), sum(a.due_w2), sum(a.due_w3), sum(a.due_w4)
  FROM contracts_ageing a
  JOIN customers_customer c ON c.id = a.customer_id
 WHERE a.version = %(version)s
 GROUP BY a.org_unit_id, a.account_manager_id, c.tier, a.currency
