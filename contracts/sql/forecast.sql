-- Makes: what lines open at the end of `day` come to by currency, week in which they are due, week in which they
--   are expected (rules/forecast.py; NULL: not known) and why, and, as asked, by unit, manager, tier, customer or
--   line, of some customers, or of all when `customers` is NULL; of one week with `week`, else of all; of one
--   currency with `currency`; the greatest sums first, at most `most` of them, each with how many there are. Lines
--   issued after the day count when they stand in the plan and were issued by `known`. The habit is that of the
--   customer in the days after `after` up to `day`, else that of all these customers.
-- Reads: open lines by their partial indexes, promises that are open, the ledger since `after` (index
--   allocation_day), customers by id.
-- May run again: it only reads.
WITH movement AS (  -- a correction takes back and books anew on one day: only the net counts
    SELECT line_id, allocated_on, sum(amount) AS amount
      FROM contracts_allocation
     WHERE allocated_on > %(after)s::date
       AND (%(customers)s::bigint[] IS NULL OR customer_id = ANY (%(customers)s::bigint[]))
     GROUP BY 1, 2
), moved AS (
    SELECT line_id, coalesce(sum(amount) FILTER (WHERE allocated_on > %(day)s::date), 0) AS later,
           max(allocated_on) FILTER (WHERE amount > 0 AND allocated_on <= %(day)s::date) AS last_on
      FROM movement GROUP BY 1
), paid AS (  -- habits: days from due date to payment, weighted by amount; what is argued about is none
    SELECT l.customer_id, l.currency, sum(l.amount) AS amount,
           sum(l.amount * (m.last_on - l.original_due_on)) AS weighted
      FROM moved m
      JOIN contracts_planline l ON l.id = m.line_id
     WHERE m.last_on IS NOT NULL AND l.paid - m.later = l.amount AND NOT l.is_refund AND NOT l.disputed
       AND (l.state = 'open' OR l.state = 'written_off' AND l.written_off_on > %(day)s::date)
     GROUP BY 1, 2
), habit AS (
    SELECT customer_id, currency, weighted / amount AS days FROM paid WHERE amount > 0
), mean AS (
    SELECT currency, sum(weighted) / sum(amount) AS days FROM paid GROUP BY 1 HAVING sum(amount) > 0
), candidate AS (  -- open now, or settled only after the day
    SELECT l.*, l.amount - l.paid + coalesce(m.later, 0) AS remainder
      FROM contracts_planline l LEFT JOIN moved m ON m.line_id = l.id
     WHERE l.state = 'open' AND l.paid < l.amount
       AND (%(customers)s::bigint[] IS NULL OR l.customer_id = ANY (%(customers)s::bigint[]))
    UNION ALL
    SELECT l.*, l.amount - l.paid + m.later
      FROM moved m JOIN contracts_planline l ON l.id = m.line_id
     WHERE l.state = 'open' AND l.paid = l.amount AND m.later > 0
    UNION ALL
    SELECT l.*, l.amount - l.paid + coalesce(m.later, 0)
      FROM contracts_planline l LEFT JOIN moved m ON m.line_id = l.id
     WHERE l.state = 'written_off' AND l.written_off_on > %(day)s::date
       AND (%(customers)s::bigint[] IS NULL OR l.customer_id = ANY (%(customers)s::bigint[]))
), promised AS (
    SELECT p.line_id, p.customer_id, p.currency, p.made_on, p.due_on FROM contracts_promise p
     WHERE p.made_on <= %(day)s::date AND p.due_on >= %(day)s::date
       AND (p.decided_on IS NULL OR p.decided_on > %(day)s::date)
       AND (p.line_id IS NOT NULL OR p.covers_overdue)
), of_line AS (
    SELECT line_id, min(due_on) AS due_on FROM promised WHERE line_id IS NOT NULL GROUP BY 1
), of_all AS (  -- for all that was overdue when it was made
    SELECT customer_id, currency, max(made_on) AS made_on, min(due_on) AS due_on
      FROM promised WHERE line_id IS NULL GROUP BY 1, 2
), told AS (
    SELECT c.*, h.days AS habit, m.days AS mean, coalesce(p.due_on, a.due_on) AS promised_on
      FROM candidate c
      LEFT JOIN habit h ON h.customer_id = c.customer_id AND h.currency = c.currency
      LEFT JOIN mean m ON m.currency = c.currency
      LEFT JOIN of_line p ON p.line_id = c.id
      LEFT JOIN of_all a
        ON a.customer_id = c.customer_id AND a.currency = c.currency AND c.due_on < a.made_on
     WHERE c.remainder > 0 AND (%(known)s::date IS NULL OR c.issued_on <= %(known)s::date)
), expected AS (
    SELECT t.*, CASE WHEN t.promised_on IS NOT NULL THEN greatest(t.promised_on, %(day)s::date + 1)
                     WHEN t.disputed OR %(day)s::date - t.due_on > %(stale)s THEN NULL
                     ELSE greatest(t.due_on + round(coalesce(t.habit, t.mean, 0))::int, %(day)s::date + 1)
                END AS expected_on,
           CASE WHEN t.promised_on IS NOT NULL THEN 'promise' WHEN t.disputed THEN 'disputed'
                WHEN %(day)s::date - t.due_on > %(stale)s THEN 'stale'
                WHEN t.habit IS NOT NULL THEN 'habit' ELSE 'mean' END AS why
      FROM told t
), placed AS (
    SELECT e.*, least(greatest((e.due_on - %(day)s::date + 6) / 7, 0), %(weeks)s + 1) AS due_week,
           CASE WHEN e.expected_on IS NOT NULL
                THEN least((e.expected_on - %(day)s::date + 6) / 7, %(weeks)s + 1) END AS week
      FROM expected e
)
SELECT CASE %(by)s WHEN 'unit' THEN c.org_unit_id::text WHEN 'manager' THEN c.account_manager_id::text
                   WHEN 'tier' THEN c.tier WHEN 'customer' THEN c.id::text WHEN 'line' THEN p.id::text END AS key,
       p.currency, p.due_week, p.week, p.why, count(*), sum(p.remainder), min(p.expected_on), count(*) OVER ()
  FROM placed p
  JOIN customers_customer c ON c.id = p.customer_id
 WHERE (%(week)s::int IS NULL OR p.week = %(week)s::int)
   AND (%(currency)s::text IS NULL OR p.currency = %(currency)s::text)
 GROUP BY 1, 2, 3, 4, 5
 ORDER BY 7 DESC, 1
 LIMIT %(most)s::bigint
