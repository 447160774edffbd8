-- Makes: the version's ageing rows stand where their customers stand now: some moved while the night
--   was being computed.
-- Reads: the version's contracts_ageing once, customers by id.
-- May run again: yes, it then changes nothing.
UPDATE contracts_ageing a
   SET org_unit_id = c.org_unit_id, account_manager_id = c.account_manager_id
  FROM customers_customer c
 WHERE a.version = %(version)s AND c.id = a.customer_id
   AND (a.org_unit_id <> c.org_unit_id OR a.account_manager_id IS DISTINCT FROM c.account_manager_id)
