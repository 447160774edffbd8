-- Makes: customer_id, currency, amount of waybills accepted by `day` that no plan line asks for yet.
--   `customers` NULL: all with monthly settlement.
-- Reads: contracts_unbilled_at (migration days_of_settlement).
-- May run again: yes, it writes nothing.
SELECT customer_id, currency, amount
  FROM contracts_unbilled_at(%(day)s::date, %(customers)s::bigint[]) WHERE amount <> 0
