-- Makes: what was asked for and what came by month, currency and, as asked, unit, manager or tier, of some
--   customers, or of all when `customers` is NULL (03 B5). `starts` are the first days of the months and of the
--   one after the last; month 0 is all that was before. Sums of a month:
--     sales: lines issued, without refunds; asked: with them; paid: money put on lines; written_off: given up;
--     due: lines that fell due, unless they were given up before; collected: money on lines, in the month in
--     which it came or, when it came earlier, in which its line fell due (a refund collects nothing and is due
--     only where its money was taken back: rules/measures.py; on lines that were given up, as
--     contracts_given_up_money() counts it); later: change of what is open and due after the
--     month's end;
--     last: what is open at its end and due on its last day.
--   Added up from month 0, asked - paid - written_off is what is open at the end of each month (03 B4), and
--   later what of it is due after that.
-- Reads: plan lines and the ledger, whole or by their indexes on the customer, once; customers by id.
-- May run again: it only reads.
WITH line AS (
    SELECT l.id, l.currency, l.amount, l.is_refund, l.written_off_on, l.due_on,
           width_bucket(l.issued_on, %(starts)s::date[]) AS issued, due.month AS due,
           width_bucket(l.written_off_on, %(starts)s::date[]) AS given_up,
           coalesce(l.written_off_on < greatest(l.due_on, l.issued_on), false) AS never_due,
           coalesce(l.due_on = (%(starts)s::date[])[due.month + 1] - 1, false) AS on_last,
           CASE %(by)s WHEN 'unit' THEN c.org_unit_id::text WHEN 'manager' THEN c.account_manager_id::text
                       WHEN 'tier' THEN c.tier END AS key
      FROM contracts_planline l
      JOIN customers_customer c ON c.id = l.customer_id
      CROSS JOIN LATERAL (
        SELECT width_bucket(greatest(l.due_on, l.issued_on), %(starts)s::date[]) AS month) due
     WHERE l.state <> 'void' AND (%(customers)s::bigint[] IS NULL OR l.customer_id = ANY (%(customers)s::bigint[]))
), asked AS (
    SELECT key, currency, issued, due, on_last, sum(amount) AS amount,
           coalesce(sum(amount) FILTER (WHERE NOT is_refund), 0) AS sales
      FROM line GROUP BY 1, 2, 3, 4, 5
), booked AS (
    SELECT a.line_id, a.allocated_on AS counted_on, a.amount, false AS given_up, false AS taken_back
      FROM contracts_allocation a
     WHERE %(customers)s::bigint[] IS NULL OR a.customer_id = ANY (%(customers)s::bigint[])
    UNION ALL
    SELECT line_id, counted_on, amount, true, taken_back
      FROM contracts_given_up_money('infinity', %(customers)s::bigint[])
), money AS (
    SELECT l.key, l.currency, width_bucket(b.counted_on, %(starts)s::date[]) AS came, l.due, l.given_up,
           l.never_due, l.is_refund, l.on_last, b.counted_on <= l.due_on AS in_time, b.taken_back,
           sum(b.amount) AS amount
      FROM booked b
      JOIN line l ON l.id = b.line_id AND (l.written_off_on IS NOT NULL) = b.given_up
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), lost AS (  -- what was given up of lines
    SELECT key, currency, due, given_up, never_due, on_last, sum(amount) AS amount FROM (
        SELECT key, currency, due, given_up, never_due, on_last, amount FROM line WHERE given_up IS NOT NULL
        UNION ALL
        SELECT key, currency, due, given_up, never_due, on_last, -amount FROM money
         WHERE given_up IS NOT NULL AND NOT taken_back) o
     GROUP BY 1, 2, 3, 4, 5, 6
), event AS (
    SELECT a.key, a.currency, e.* FROM asked a
      CROSS JOIN LATERAL (VALUES
        (a.issued, a.sales, a.amount, 0, 0, 0, 0, a.amount, 0),
        (a.due, 0, 0, 0, 0, a.amount, 0, -a.amount, CASE WHEN a.on_last THEN a.amount ELSE 0 END)
      ) e (month, sales, asked, paid, written_off, due, collected, later, last)
    UNION ALL
    SELECT m.key, m.currency, e.* FROM money m
      CROSS JOIN LATERAL (SELECT CASE WHEN m.taken_back THEN 0 ELSE m.amount END AS amount) p
      CROSS JOIN LATERAL (SELECT CASE WHEN m.came < m.due THEN p.amount ELSE 0 END AS early) x
      CROSS JOIN LATERAL (VALUES
        (m.came, 0, 0, p.amount, 0, CASE WHEN m.is_refund THEN -m.amount ELSE 0 END, 0, -x.early, 0),
        (m.due, 0, 0, 0, 0, 0, 0, x.early, CASE WHEN m.on_last AND m.in_time THEN -p.amount ELSE 0 END),
        (greatest(m.came, m.due), 0, 0, 0, 0, 0, CASE WHEN m.is_refund THEN 0 ELSE m.amount END, 0, 0)
      ) e (month, sales, asked, paid, written_off, due, collected, later, last)
    UNION ALL
    SELECT o.key, o.currency, e.* FROM lost o
      CROSS JOIN LATERAL (SELECT CASE WHEN o.given_up < o.due THEN o.amount ELSE 0 END AS early) x
      CROSS JOIN LATERAL (VALUES
        (o.given_up, 0, 0, 0, o.amount, 0, 0, -x.early, 0),
        (o.due, 0, 0, 0, 0, CASE WHEN o.never_due THEN -o.amount ELSE 0 END, 0, x.early,
         CASE WHEN o.on_last AND o.given_up <= o.due THEN -o.amount ELSE 0 END)
      ) e (month, sales, asked, paid, written_off, due, collected, later, last)
)
SELECT key, currency, month, sum(sales), sum(asked), sum(paid), sum(written_off), sum(due), sum(collected),
       sum(later), sum(last)
  FROM event
 WHERE month < cardinality(%(starts)s::date[])
 GROUP BY 1, 2, 3
