-- Makes: for some customers, or for all when `customers` is NULL, by currency and, as asked, unit, manager, tier
--   or customer: what was given up as lost in the days after `after` up to `day` (03 B15), what was asked for
--   in them without refunds, and what was recovered: money that came since from customers with such a loss
--   and at the end of `day` stood on no line, up to the loss.
-- Reads: lines written off (index planline_written_off) and their ledger, lines issued in the window, of the
--   customers who lost the receipts and what these are on.
-- May run again: it only reads.
WITH gone AS (  -- what nothing had come for, and was to come, on the day on which it was given up
    SELECT l.customer_id, l.currency, l.written_off_on, l.amount - coalesce(m.amount, 0) AS amount
      FROM contracts_planline l
      LEFT JOIN (
        SELECT line_id, sum(amount) AS amount
          FROM contracts_given_up_money(%(day)s::date, %(customers)s::bigint[])
         WHERE NOT taken_back GROUP BY 1) m ON m.line_id = l.id
     WHERE l.state = 'written_off' AND NOT l.waived
       AND l.written_off_on > %(after)s::date AND l.written_off_on <= %(day)s::date
       AND (%(customers)s::bigint[] IS NULL OR l.customer_id = ANY (%(customers)s::bigint[]))
), lost AS (
    SELECT customer_id, currency, sum(amount) AS amount, min(written_off_on) AS since FROM gone GROUP BY 1, 2
), loss AS (
    SELECT o.customer_id, o.currency, o.amount, least(o.amount, coalesce(sum(c.credit), 0)) AS recovered
      FROM lost o
      LEFT JOIN LATERAL (
        SELECT r.amount - coalesce(sum(a.amount), 0) AS credit
          FROM contracts_receipt r
          LEFT JOIN contracts_allocation a ON a.receipt_id = r.id AND a.allocated_on <= %(day)s::date
         WHERE r.customer_id = o.customer_id AND r.currency = o.currency
           AND r.effective_on > o.since AND r.effective_on <= %(day)s::date
           AND (r.reversed_on IS NULL OR r.reversed_on > %(day)s::date)
         GROUP BY r.id) c ON true
     GROUP BY 1, 2, 3
), sold AS (
    SELECT l.customer_id, l.currency, sum(l.amount) AS amount
      FROM contracts_planline l
     WHERE l.state <> 'void' AND NOT l.is_refund
       AND l.issued_on > %(after)s::date AND l.issued_on <= %(day)s::date
       AND (%(customers)s::bigint[] IS NULL OR l.customer_id = ANY (%(customers)s::bigint[]))
     GROUP BY 1, 2
), either AS (
    SELECT customer_id, currency, amount AS lost, recovered, 0 AS sold FROM loss
    UNION ALL
    SELECT customer_id, currency, 0, 0, amount FROM sold
)
SELECT CASE %(by)s WHEN 'unit' THEN c.org_unit_id::text WHEN 'manager' THEN c.account_manager_id::text
                   WHEN 'tier' THEN c.tier WHEN 'customer' THEN c.id::text END AS key,
       e.currency, sum(e.lost), sum(e.recovered), sum(e.sold)
  FROM either e
  JOIN customers_customer c ON c.id = e.customer_id
 GROUP BY 1, 2
