-- Makes: exposure and state (03 B10), payment score and rating (B6) of every customer and currency as of `day`, in
--   the version's partition. `after` is the day before its 12 months begin; `home` the company's currency.
--   A state follows from the one kept until now; in a replay, and where that is of a later day, from the one
--   published for the day before it. `integrity` are scores of the customers `scored`; `vetoed` are rated D.
-- Reads: contracts_credit_at (migration credit_functions), plan lines once, the ledger of the 12 months (index
--   allocation_day), yearly statements, kept states, the version before.
-- May run again: the partition is opened empty before.
WITH marks AS MATERIALIZED (  -- else the rule set is read anew for every mark of every customer
    SELECT contracts_credit_marks() AS m
), before AS (
    SELECT customer_id, currency, state FROM contracts_credit
     WHERE version = (SELECT id FROM core_version WHERE status = 'published' AND business_date < %(day)s::date
                       ORDER BY business_date DESC LIMIT 1)
), facts AS (
    SELECT f.*, CASE WHEN k.id IS NULL OR k.day IS NULL OR k.day > %(day)s::date OR %(is_replay)s
                     THEN coalesce(b.state, 'clear')
                     WHEN k.day = %(day)s::date AND (k.credit_limit, k.pooled, k.overdue, k.worst_days)
                          IS NOT DISTINCT FROM (f.credit_limit, f.pooled, f.overdue, f.worst_days) THEN k.before
                     ELSE k.state END AS before
      FROM contracts_credit_at(%(day)s::date, %(home)s) f
      LEFT JOIN contracts_creditstate k ON k.customer_id = f.customer_id AND k.currency = f.currency
      LEFT JOIN before b ON b.customer_id = f.customer_id AND b.currency = f.currency
), judged AS (
    SELECT f.*, marks.m,
           contracts_next_credit_state(f.before, f.used, f.overdue, f.worst_days, marks.m) AS state
      FROM facts f CROSS JOIN marks
), movement AS (  -- a correction takes back and books anew on one day: only the net counts
    SELECT line_id, allocated_on, sum(amount) AS amount
      FROM contracts_allocation WHERE allocated_on > %(after)s::date GROUP BY line_id, allocated_on
), line_movement AS (
    SELECT line_id, sum(amount) FILTER (WHERE allocated_on > %(day)s::date) AS since_day,
           max(allocated_on) FILTER (WHERE amount > 0 AND allocated_on <= %(day)s::date) AS last_on
      FROM movement GROUP BY line_id
), line AS (
    SELECT l.customer_id, l.currency, l.amount, l.original_due_on, l.due_on, l.state, n.last_on,
           l.issued_on > %(after)s::date AS is_of_year,
           l.amount - l.paid + coalesce(n.since_day, 0) AS remainder
      FROM contracts_planline l
      LEFT JOIN line_movement n ON n.line_id = l.id
     WHERE l.issued_on <= %(day)s::date AND NOT l.is_refund
       AND (l.state = 'open' OR l.state = 'written_off' AND NOT l.waived AND l.written_off_on > %(after)s::date)
       AND (l.paid < l.amount OR n.line_id IS NOT NULL OR l.issued_on > %(after)s::date)
), mark AS MATERIALIZED (  -- the points of all days that differ in them
    SELECT days, contracts_payment_points(days) AS points FROM generate_series(-30, 121) days
), paying AS (
    SELECT customer_id, currency, sum(amount) FILTER (WHERE is_of_year) AS billed,
           count(*) FILTER (WHERE counted.days IS NOT NULL) AS lines,
           sum(amount) FILTER (WHERE counted.days IS NOT NULL) AS weight,
           sum(amount * mark.points) AS points
      FROM (SELECT l.*, CASE WHEN l.remainder > 0 AND l.due_on < %(day)s::date
                             THEN %(day)s::date - l.original_due_on
                             WHEN l.remainder = 0 THEN l.last_on - l.original_due_on END AS days
              FROM line l) counted
      LEFT JOIN mark ON counted.days IS NOT NULL AND mark.days = least(greatest(counted.days, -30), 121)
     GROUP BY customer_id, currency
), scored AS (
    SELECT customer_id, currency, billed, points / weight AS score FROM paying WHERE lines >= 3 AND weight > 0
), statement AS (
    SELECT DISTINCT ON (customer_id) customer_id,
           greatest(contracts_linear(liabilities / assets, '{0.3,1}', '{100,0}')
                    - CASE WHEN profit < 0 THEN 20 ELSE 0 END, 0) AS points
      FROM customers_statement
     WHERE assets > 0 AND liabilities IS NOT NULL AND year < extract(year FROM %(day)s::date)
     ORDER BY customer_id, year DESC
), parts AS (
    SELECT s.customer_id, s.currency, s.score,
           greatest(least((s.score - 20) / 60 * 100, 100), 0) AS payment, f.points AS financial,
           contracts_linear(coalesce(s.billed, 0), '{0,50000,250000,1000000,3000000}', '{30,50,70,85,100}') AS volume,
           least(greatest(%(day)s::date - c.customer_since, 0) / 1825.0 * 100, 100) AS tenure,
           i.score::numeric AS integrity, s.customer_id = ANY (%(vetoed)s::bigint[]) AS vetoed
      FROM scored s
      JOIN customers_customer c ON c.id = s.customer_id
      LEFT JOIN statement f ON f.customer_id = s.customer_id
      LEFT JOIN unnest(%(scored)s::bigint[], %(integrity)s::integer[]) AS i (customer_id, score)
             ON i.customer_id = s.customer_id
), rated AS (
    SELECT p.*, (0.40 * payment + coalesce(0.20 * financial, 0) + 0.15 * volume + coalesce(0.10 * tenure, 0)
                 + coalesce(0.15 * integrity, 0))
                / (0.55 + CASE WHEN financial IS NULL THEN 0 ELSE 0.20 END
                   + CASE WHEN tenure IS NULL THEN 0 ELSE 0.10 END
                   + CASE WHEN integrity IS NULL THEN 0 ELSE 0.15 END) AS total
      FROM parts p
)
INSERT INTO contracts_credit (version, customer_id, currency, credit_limit, limit_of, receivables, unbilled, orders,
       unallocated, deposit, exposure, pooled, used, overdue, worst_days, state, shown, reasons, held, release_until,
       release_ceiling, before, payment_score, rating_score, rating, parts)
SELECT %(version)s, j.customer_id, j.currency, j.credit_limit, j.limit_of, j.receivables, j.unbilled, j.orders,
       j.unallocated, j.deposit, j.exposure, j.pooled, j.used, j.overdue, j.worst_days, j.state,
       contracts_shown_credit_state(j.state, j.held, j.release_until, j.release_ceiling, j.exposure, %(day)s::date),
       contracts_credit_reasons(j.state, j.used, j.overdue, j.worst_days, j.limit_of, j.lapsed, j.m),
       j.held, j.release_until, j.release_ceiling, j.before, round(r.score, 2), round(r.total, 2),
       CASE WHEN r.total IS NULL THEN '' WHEN r.vetoed THEN 'D' WHEN r.total >= 90 THEN 'AAA'
            WHEN r.total >= 80 THEN 'AA' WHEN r.total >= 70 THEN 'A' WHEN r.total >= 55 THEN 'B'
            WHEN r.total >= 40 THEN 'C' ELSE 'D' END,
       jsonb_strip_nulls(jsonb_build_object(
           'payment', round(r.payment, 2), 'financial', round(r.financial, 2), 'volume', round(r.volume, 2),
           'tenure', round(r.tenure, 2), 'integrity', r.integrity, 'vetoed', nullif(r.vetoed, false)))
  FROM judged j
  LEFT JOIN rated r ON r.customer_id = j.customer_id AND r.currency = j.currency
