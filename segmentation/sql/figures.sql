-- Makes: the indicators (C0) of every customer that is not merged into another, as of a day.
-- Reads: shipments_window() (months from the rollup, cut months from their partitions);
--        contracts_planline whole, contracts_allocation after `after` by its index on the day; that of
--        lines given up by the day as contracts_given_up_money() counts it.
--        `after` is the day before the 12 months begin (core.rules.window).
--        `now_after` .. `year_ago_until` bound the three months of segmentation.rules.recent; the
--        months they cut in two (`cut_months`) come from their partitions, whole ones from the rollup.
--        `like_months`, and `like_days` in `like_cut_months`, are the same three months by core.like_days.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
-- Receivables: in the company's currency where the customer owes in it, else in the customer's only
-- currency; with several others there is no figure, because they are never summed.
WITH recent_part AS (
    SELECT m.customer_id, m.revenue,
           m.month > shipments_month(%(now_after)s) AND m.month <= shipments_month(%(day)s) AS is_now,
           m.month > shipments_month(%(before_after)s) AND m.month <= shipments_month(%(now_after)s)
               AS is_before,
           m.month > shipments_month(%(year_ago_after)s)
               AND m.month <= shipments_month(%(year_ago_until)s) AS is_year_ago,
           m.month = shipments_month(%(day)s) AS is_month,
           m.month = shipments_month(%(year_ago_until)s) AS is_month_year_ago, false AS is_like
      FROM shipments_customermonth m
     WHERE (m.month BETWEEN shipments_month(%(before_after)s) AND shipments_month(%(day)s)
            OR m.month BETWEEN shipments_month(%(year_ago_after)s) AND shipments_month(%(year_ago_until)s))
       AND m.month <> ALL (%(cut_months)s::int[]) AND m.currency = %(currency)s
     UNION ALL
    SELECT w.customer_id, w.revenue,
           w.accepted_on > %(now_after)s AND w.accepted_on <= %(day)s,
           w.accepted_on > %(before_after)s AND w.accepted_on <= %(now_after)s,
           w.accepted_on > %(year_ago_after)s AND w.accepted_on <= %(year_ago_until)s,
           w.month = shipments_month(%(day)s) AND w.accepted_on <= %(day)s,
           w.month = shipments_month(%(year_ago_until)s) AND w.accepted_on <= %(year_ago_until)s, false
      FROM shipments_waybill w
     WHERE w.month = ANY (%(cut_months)s::int[]) AND w.currency = %(currency)s
       AND w.status <> 'cancelled'
     UNION ALL
    SELECT m.customer_id, m.revenue, false, false, false, false, false, true
      FROM shipments_customermonth m
     WHERE m.month = ANY (%(like_months)s::int[]) AND m.currency = %(currency)s
     UNION ALL
    SELECT w.customer_id, w.revenue, false, false, false, false, false, true
      FROM shipments_waybill w
     WHERE w.month = ANY (%(like_cut_months)s::int[]) AND w.accepted_on = ANY (%(like_days)s::date[])
       AND w.currency = %(currency)s AND w.status <> 'cancelled'
),
recent AS (
    SELECT customer_id,
           coalesce(sum(revenue) FILTER (WHERE is_now), 0) AS now,
           coalesce(sum(revenue) FILTER (WHERE is_before), 0) AS before,
           coalesce(sum(revenue) FILTER (WHERE is_year_ago), 0) AS year_ago,
           coalesce(sum(revenue) FILTER (WHERE is_month), 0) AS month,
           coalesce(sum(revenue) FILTER (WHERE is_month_year_ago), 0) AS month_year_ago,
           coalesce(sum(revenue) FILTER (WHERE is_like), 0) AS like_days
      FROM recent_part
     GROUP BY customer_id
),
given_up AS (
    SELECT line_id, counted_on, amount, taken_back FROM contracts_given_up_money(%(day)s)
),
kept AS (  -- what is not given up of them
    SELECT line_id, sum(amount) AS amount FROM given_up WHERE NOT taken_back GROUP BY line_id
),
movement AS (  -- a correction takes back and books anew on one day: only the net counts
    SELECT a.line_id, a.allocated_on, sum(a.amount) AS amount
      FROM contracts_allocation a
     WHERE a.allocated_on > %(after)s
       AND NOT EXISTS (SELECT FROM given_up g WHERE g.line_id = a.line_id)
     GROUP BY a.line_id, a.allocated_on
     UNION ALL
    SELECT line_id, counted_on, amount FROM given_up WHERE counted_on > %(after)s
),
line_movement AS (
    SELECT line_id, sum(amount) AS since_start,
           sum(amount) FILTER (WHERE allocated_on > %(day)s) AS since_day,
           max(allocated_on) FILTER (WHERE amount > 0 AND allocated_on <= %(day)s) AS last_on
      FROM movement
     GROUP BY line_id
),
line AS (  -- `opening`: what was paid before the window of a line that fell due before it; all of a refund
           -- `asked`: its amount; given up before its day, what had come of it; long ago, nothing more than `opening`
    SELECT l.customer_id, l.currency, l.amount,
           l.due_on <= %(day)s AS is_due,
           CASE WHEN l.due_on <= %(after)s AND l.written_off_on <= %(after)s
                THEN l.paid - coalesce(m.since_start, 0)
                WHEN l.written_off_on <= %(day)s AND l.written_off_on < greatest(l.due_on, l.issued_on)
                THEN coalesce(k.amount, 0) ELSE l.amount END AS asked,
           CASE WHEN l.is_refund THEN l.paid - coalesce(m.since_day, 0)
                WHEN l.due_on > %(after)s THEN 0 ELSE l.paid - coalesce(m.since_start, 0) END AS opening,
           l.paid - coalesce(m.since_day, 0) AS paid_by_day,
           m.last_on IS NOT NULL AND l.paid - coalesce(m.since_day, 0) = l.amount AND NOT l.is_refund
               AND coalesce(l.written_off_on > %(day)s, true) AS is_paid_up,
           greatest(m.last_on - l.original_due_on, 0) AS days_late
      FROM contracts_planline l
      LEFT JOIN line_movement m ON m.line_id = l.id
      LEFT JOIN kept k ON k.line_id = l.id
     WHERE l.issued_on <= %(day)s
       AND l.state <> 'void'
       AND NOT (l.due_on <= %(after)s AND m.line_id IS NULL  -- settled long ago
                AND (l.paid = l.amount OR l.state = 'written_off' AND l.written_off_on <= %(after)s))
),
added AS (
    SELECT customer_id, currency,
           coalesce(sum(asked - opening) FILTER (WHERE is_due), 0) AS due,
           coalesce(sum(paid_by_day - opening) FILTER (WHERE is_due), 0) AS collected,
           coalesce(sum(amount) FILTER (WHERE is_paid_up), 0) AS paid,
           coalesce(sum(amount * days_late) FILTER (WHERE is_paid_up), 0) AS paid_days_late
      FROM line
     GROUP BY customer_id, currency
),
receivables AS (
    SELECT added.*, count(*) OVER (PARTITION BY customer_id) AS currencies
      FROM added
     WHERE due <> 0 OR paid <> 0
)
INSERT INTO segmentation_figures (
    version, customer_id, shipments_12m, revenue_12m, cost_12m, margin_12m, revenue_prev_12m,
    promised, on_time, exceptions, last_accepted_on, due, collected, paid, paid_days_late,
    receivables_currency, revenue_3m, revenue_prev_3m, revenue_3m_year_ago, revenue_month,
    revenue_month_year_ago, revenue_3m_like
)
SELECT %(version)s, c.id, coalesce(w.shipments, 0), coalesce(w.revenue, 0),
       CASE WHEN coalesce(w.uncosted, 0) = 0 THEN coalesce(w.cost, 0) END,
       CASE WHEN coalesce(w.uncosted, 0) = 0 THEN coalesce(w.revenue - w.cost, 0) END,
       coalesce(w.revenue_prev, 0), coalesce(w.promised, 0), coalesce(w.on_time, 0),
       coalesce(w.exceptions, 0), w.last_accepted_on, r.due, r.collected, r.paid, r.paid_days_late,
       r.currency, coalesce(q.now, 0), coalesce(q.before, 0), coalesce(q.year_ago, 0),
       coalesce(q.month, 0), coalesce(q.month_year_ago, 0), coalesce(q.like_days, 0)
  FROM customers_customer c
  LEFT JOIN shipments_window(%(day)s, %(currency)s) w ON w.customer_id = c.id
  LEFT JOIN recent q ON q.customer_id = c.id
  LEFT JOIN receivables r
    ON r.customer_id = c.id AND (r.currency = %(currency)s OR r.currencies = 1)
 WHERE c.merged_into_id IS NULL
