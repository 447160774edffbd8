-- Makes: exposure and state (03 B10), payment score and rating (B6) of every customer and currency as of `day`, in
--   the version's partition. `after` is the day before its 12 months begin; `home` the company's currency.
--   A state follows from the one kept until now; in a replay, and where that is of a later day, from the one
--   published for the day before it. All points and weights are those of the rules.
-- Reads: contracts_credit_at (migration credit_follows), plan lines once, the ledger of the 12 months (index
--   allocation_day), yearly statements, credit events, kept states, the version before.
-- May run again: the partition is opened empty before.
WITH marks AS MATERIALIZED (  -- else the rule set is read anew for every mark of every customer
    SELECT contracts_credit_marks() AS m
), before AS (
    SELECT customer_id, currency, state FROM contracts_credit
     WHERE version = (SELECT id FROM core_version WHERE status = 'published' AND business_date < %(day)s::date
                       ORDER BY business_date DESC LIMIT 1)
), facts AS MATERIALIZED (  -- else what came before is worked out for every place it is named in
    SELECT f.*, CASE WHEN k.id IS NULL OR k.day IS NULL OR k.day > %(day)s::date OR %(is_replay)s
                     THEN coalesce(b.state, 'clear')
                     WHEN k.day = %(day)s::date AND (k.credit_limit, k.pooled, k.overdue, k.worst_days)
                          IS NOT DISTINCT FROM (f.credit_limit, f.pooled, f.overdue, f.worst_days) THEN k.before
                     ELSE k.state END AS before
      FROM contracts_credit_at(%(day)s::date, %(home)s) f
      LEFT JOIN contracts_creditstate k ON k.customer_id = f.customer_id AND k.currency = f.currency
      LEFT JOIN before b ON b.customer_id = f.customer_id AND b.currency = f.currency
), judged AS MATERIALIZED (  -- and each state
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
    SELECT days, CASE WHEN days > %(latest)s THEN %(beyond)s
                      ELSE contracts_linear(days, %(late_days)s::numeric[], %(late_points)s::numeric[]) END AS points
      FROM generate_series(%(earliest)s, %(latest)s + 1) days
), paying AS (
    SELECT customer_id, currency, sum(amount) FILTER (WHERE is_of_year) AS billed,
           count(*) FILTER (WHERE counted.days IS NOT NULL) AS lines,
           sum(amount) FILTER (WHERE counted.days IS NOT NULL) AS weight,
           sum(amount * mark.points) AS points
      FROM (SELECT l.*, CASE WHEN l.remainder > 0 AND l.due_on < %(day)s::date
                             THEN %(day)s::date - l.original_due_on
                             WHEN l.remainder = 0 THEN l.last_on - l.original_due_on END AS days
              FROM line l) counted
      LEFT JOIN mark ON counted.days IS NOT NULL
                    AND mark.days = least(greatest(counted.days, %(earliest)s), %(latest)s + 1)
     GROUP BY customer_id, currency
), scored AS (
    SELECT customer_id, currency, billed, points / weight AS score
      FROM paying WHERE lines >= %(fewest)s AND weight > 0
), statement AS (
    SELECT DISTINCT ON (customer_id) customer_id,
           greatest(contracts_linear(liabilities / assets, %(debt_ratios)s::numeric[], %(debt_points)s::numeric[])
                    - CASE WHEN profit < 0 THEN %(loss)s ELSE 0 END, 0) AS points
      FROM customers_statement
     WHERE assets > 0 AND liabilities IS NOT NULL AND year < extract(year FROM %(day)s::date)
     ORDER BY customer_id, year DESC
), event AS (  -- what speaks for or against its integrity (P8), settled by the day or not
    SELECT e.customer_id, e.as_of, e.kind, k.points, coalesce(e.settled_on <= %(day)s::date, false) AS settled
      FROM customers_creditevent e
      JOIN unnest(%(kinds)s::text[], %(kind_points)s::integer[]) AS k (kind, points) ON k.kind = e.kind
     WHERE e.as_of <= %(day)s::date
), evidence AS (  -- halves are cut towards 0
    SELECT customer_id, kind, settled,
           CASE WHEN as_of <= %(forgotten_until)s::date THEN 0
                ELSE points / (1 << (as_of <= %(halved_until)s::date)::int + (settled AND points < 0)::int) END AS points
      FROM event
), integrity AS (
    SELECT customer_id, bool_or(NOT settled AND kind = ANY (%(vetoes)s::text[])) AS vetoed,
           greatest(%(lowest)s, least(%(highest)s, %(start)s + coalesce(sum(points) FILTER (WHERE points < 0), 0)
               + least(%(most_kept)s, coalesce(sum(points) FILTER (WHERE points > 0), 0)))) AS points
      FROM evidence GROUP BY customer_id
), parts AS (
    SELECT s.customer_id, s.currency, s.score,
           greatest(least((s.score - %(poor)s) / (%(good)s - %(poor)s) * 100, 100), 0) AS payment,
           f.points AS financial,
           contracts_linear(coalesce(s.billed, 0), %(billed)s::numeric[], %(billed_points)s::numeric[]) AS volume,
           CASE WHEN c.customer_since IS NOT NULL
                THEN least(greatest(%(day)s::date - c.customer_since, 0)::numeric / %(long_days)s * 100, 100) END
               AS tenure,
           i.points::numeric AS integrity, coalesce(i.vetoed, false) AS vetoed
      FROM scored s
      JOIN customers_customer c ON c.id = s.customer_id
      LEFT JOIN statement f ON f.customer_id = s.customer_id
      LEFT JOIN integrity i ON i.customer_id = s.customer_id
), rated AS (  -- a part that is not known leaves its weight to the others
    SELECT p.*, (%(of_payment)s * payment + coalesce(%(of_financial)s * financial, 0) + %(of_volume)s * volume
                 + coalesce(%(of_tenure)s * tenure, 0) + coalesce(%(of_integrity)s * integrity, 0))
                / (%(of_payment)s + %(of_volume)s + CASE WHEN financial IS NULL THEN 0 ELSE %(of_financial)s END
                   + CASE WHEN tenure IS NULL THEN 0 ELSE %(of_tenure)s END
                   + CASE WHEN integrity IS NULL THEN 0 ELSE %(of_integrity)s END) AS total
      FROM parts p
)
INSERT INTO contracts_credit (version, customer_id, currency, credit_limit, limit_of, limit_until, receivables, unbilled,
       orders, unallocated, deposit, exposure, pooled, used, overdue, worst_days, state, shown, reasons, held, release_until,
       release_ceiling, before, payment_score, rating_score, rating, parts)
SELECT %(version)s, j.customer_id, j.currency, j.credit_limit, j.limit_of, j.limit_until, j.receivables, j.unbilled,
       j.orders, j.unallocated, j.deposit, j.exposure, j.pooled, j.used, j.overdue, j.worst_days, j.state,
       contracts_shown_credit_state(j.state, j.held, j.release_until, j.release_ceiling, j.exposure, %(day)s::date),
       contracts_credit_reasons(j.state, j.used, j.overdue, j.worst_days, j.limit_of, j.lapsed, j.m),
       j.held, j.release_until, j.release_ceiling, j.before, round(r.score, 2), round(r.total, 2),
       CASE WHEN r.total IS NULL THEN '' WHEN r.vetoed THEN %(worst)s
            ELSE (%(grades)s::text[])[1 + width_bucket(r.total, %(at_least)s::numeric[])] END,
       jsonb_strip_nulls(jsonb_build_object(
           'payment', round(r.payment, 2), 'financial', round(r.financial, 2), 'volume', round(r.volume, 2),
           'tenure', round(r.tenure, 2), 'integrity', r.integrity, 'vetoed', nullif(r.vetoed, false)))
  FROM judged j
  LEFT JOIN rated r ON r.customer_id = j.customer_id AND r.currency = j.currency
