-- Makes: the ageing (03 B4) of all customers at the end of `day`, as one version.
-- Reads: contracts_ageing_at (migration 0004): open lines and receipts with credit by their partial
--   indexes, the ledger after `day`; customers by id.
-- May run again: once a version, into its empty partition.
INSERT INTO contracts_ageing (version, customer_id, currency, not_due, d1_30, d31_60, d61_90, d91_180,
                              d181_365, d365_plus, overdue, unallocated, balance, oldest_due_on,
                              org_unit_id, account_manager_id)
SELECT %(version)s, a.*, c.org_unit_id, c.account_manager_id
  FROM contracts_ageing_at(%(day)s::date) a
  JOIN customers_customer c ON c.id = a.customer_id
