-- Makes: customer_id, currency, amount of waybills accepted by `day` that no plan line asks for yet:
--   what they cost less what confirmed statements billed. A statement that waits for its answer is
--   unbilled still. `customers` NULL: all with monthly settlement.
--   Customers that are billed elsewhere (statements_from empty): waybills since their newest line
--   was issued, of three months at most.
-- Reads: contracts, the newest line or statement of each customer, then waybills and items of the
--   months from there on, and of months stated anew.
-- May run again: yes, it writes nothing.
WITH settled AS (
    SELECT c.customer_id, c.currency, min(c.statements_from) AS statements_from
      FROM contracts_contract c
     WHERE c.settlement = 'monthly' AND c.stage NOT IN ('draft', 'in_review') AND c.starts_on <= %(day)s::date
       AND (%(customers)s::bigint[] IS NULL OR c.customer_id = ANY (%(customers)s::bigint[]))
       AND (c.statements_from IS NOT NULL OR c.ends_on IS NULL OR c.ends_on >= %(day)s::date - 92)
     GROUP BY c.customer_id, c.currency
), last_statement AS (
    SELECT customer_id, currency, max(period_end) AS period_end
      FROM contracts_statement
     WHERE state = 'billed' AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY (%(customers)s::bigint[]))
     GROUP BY customer_id, currency
), last_line AS (
    SELECT customer_id, currency, max(issued_on) AS issued_on
      FROM contracts_planline
     WHERE state <> 'void' AND issued_on <= %(day)s::date
       AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY (%(customers)s::bigint[]))
     GROUP BY customer_id, currency
), begun AS (
    SELECT customer_id, currency,
           coalesce(statements_from, greatest(l.issued_on + 1, %(day)s::date - 92)) AS first_day,
           shipments_month(CASE WHEN statements_from IS NULL THEN greatest(l.issued_on + 1, %(day)s::date - 92)
                                ELSE greatest(statements_from, s.period_end - 62) END) AS first_month
      FROM settled
      LEFT JOIN last_statement s USING (customer_id, currency)
      LEFT JOIN last_line l USING (customer_id, currency)
), watched AS (
    SELECT b.*, months.month
      FROM begun b
      CROSS JOIN LATERAL (
        SELECT generate_series(b.first_month, shipments_month(%(day)s::date)) AS month
        UNION
        SELECT r.month FROM shipments_restatement r
         WHERE r.customer_id = b.customer_id AND r.month < b.first_month) months
), parts AS (
    SELECT m.customer_id, m.currency, w.revenue AS amount
      FROM watched m
      JOIN shipments_waybill w ON w.customer_id = m.customer_id AND w.month = m.month
     WHERE w.currency = m.currency AND w.status <> 'cancelled'
       AND w.accepted_on BETWEEN m.first_day AND %(day)s::date
    UNION ALL
    SELECT m.customer_id, m.currency, -i.amount
      FROM watched m
      JOIN contracts_statementitem i ON i.customer_id = m.customer_id AND i.month = m.month
      JOIN contracts_statement s ON s.id = i.statement_id AND s.state = 'billed'
     WHERE i.currency = m.currency AND NOT i.set_aside
)
SELECT customer_id, currency, sum(amount) AS amount
  FROM parts GROUP BY customer_id, currency HAVING sum(amount) <> 0
