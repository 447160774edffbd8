-- Makes: the ageing (03 B4) of all customers at the end of `day`, as one version, with what falls due
--   in each of the four weeks after it.
-- Reads: contracts_ageing_at (migration 0004): open lines and receipts with credit by their partial
--   indexes, the ledger after `day`; customers by id.
-- May run again: once a version, into its empty partition.
WITH later AS (  -- what the ledger counts only after the day
    SELECT line_id, sum(amount) AS amount FROM contracts_allocation
     WHERE allocated_on > %(day)s::date GROUP BY line_id
), coming AS (  -- open at the end of the day and due within four weeks
    SELECT l.customer_id, l.currency, (l.due_on - %(day)s::date + 6) / 7 AS week,
           l.amount - l.paid + coalesce(n.amount, 0) AS remainder
      FROM contracts_planline l
      LEFT JOIN later n ON n.line_id = l.id
     WHERE l.due_on > %(day)s::date AND l.due_on <= %(day)s::date + 28 AND l.issued_on <= %(day)s::date
       AND (l.state = 'open' OR l.state = 'written_off' AND l.written_off_on > %(day)s::date)
), weeks AS (
    SELECT customer_id, currency, sum(remainder) FILTER (WHERE week = 1) AS w1,
           sum(remainder) FILTER (WHERE week = 2) AS w2, sum(remainder) FILTER (WHERE week = 3) AS w3,
           sum(remainder) FILTER (WHERE week = 4) AS w4
      FROM coming WHERE remainder > 0
     GROUP BY customer_id, currency
)
INSERT INTO contracts_ageing (version, customer_id, currency, not_due, d1_30, d31_60, d61_90, d91_180,
                              d181_365, d365_plus, overdue, unallocated, balance, oldest_due_on,
                              org_unit_id, account_manager_id, due_w1, due_w2, due_w3, due_w4)
SELECT %(version)s, a.*, c.org_unit_id, c.account_manager_id, coalesce(w.w1, 0), coalesce(w.w2, 0),
       coalesce(w.w3, 0), coalesce(w.w4, 0)
  FROM contracts_ageing_at(%(day)s::date) a
  JOIN customers_customer c ON c.id = a.customer_id
  LEFT JOIN weeks w ON w.customer_id = a.customer_id AND w.currency = a.currency
