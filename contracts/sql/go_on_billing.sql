-- Makes: what renews a contract that is billed by statements is so too from its first day on, and what renews that;
--   signed and monthly in one currency. `customers` NULL: of all.
--   Not where its customer was asked for money otherwise since the renewal began: a person then says from which day.
--   Refunds, interest and lines of other contracts say nothing of that.
-- Reads: contracts billed by statements and those that renew them; plan lines of their customers.
-- May run again: yes, what is billed by statements stays.
WITH RECURSIVE billed AS (
    SELECT k.id, k.currency, k.statements_from
      FROM contracts_contract k
     WHERE k.settlement = 'monthly' AND k.statements_from IS NOT NULL AND k.stage NOT IN ('draft', 'in_review')
       AND (%(customers)s::bigint[] IS NULL OR k.customer_id = ANY (%(customers)s::bigint[]))
    UNION ALL
    SELECT n.id, n.currency, greatest(n.starts_on, b.statements_from)
      FROM billed b
      JOIN contracts_contract n ON n.renews_id = b.id AND n.currency = b.currency
     WHERE n.settlement = 'monthly' AND n.statements_from IS NULL AND n.stage NOT IN ('draft', 'in_review')
       AND NOT EXISTS (
            SELECT FROM contracts_planline l
             WHERE l.customer_id = n.customer_id AND l.currency = n.currency AND l.issued_on >= n.starts_on
               AND l.state <> 'void' AND NOT l.is_refund AND (l.contract_id IS NULL OR l.contract_id = n.id)
               AND NOT EXISTS (SELECT FROM contracts_statement s WHERE s.line_id = l.id)
               AND NOT EXISTS (SELECT FROM contracts_interestcharge i WHERE i.billed_as_id = l.id))
)
UPDATE contracts_contract c
   SET statements_from = b.statements_from
  FROM billed b
 WHERE c.id = b.id AND c.statements_from IS NULL
