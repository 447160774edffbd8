-- Makes: one alert a customer whose use of the limit passed a mark (`used`, `exceeded`) and one whose rating fell since
--   the night `previous`. The higher mark closes the alert of the lower one as superseded, unless that says
--   danger signs too; what an open alert says already, or more than that, is not said again.
-- Reads: contracts_credit of both versions in the company's currency; open alerts (alert_open_subject).
-- May run again: yes, an alert is unique by its key, which names the day.
WITH grades AS (
    SELECT %(best_first)s::text[] AS best_first
), compared AS (
    SELECT n.customer_id, n.exposure, n.rating,
           CASE WHEN n.used > %(exceeded)s AND coalesce(b.used, 0) <= %(exceeded)s THEN 'exceeded'
                WHEN n.used >= %(used)s AND coalesce(b.used, 0) < %(used)s THEN 'used' END AS passed,
           CASE WHEN array_position(g.best_first, n.rating) > array_position(g.best_first, b.rating)
                THEN 'rating' END AS fell
      FROM contracts_credit n
      CROSS JOIN grades g
      LEFT JOIN contracts_credit b
        ON b.version = %(previous)s AND b.customer_id = n.customer_id AND b.currency = n.currency
     WHERE n.version = %(version)s AND n.currency = %(home)s
), news AS (
    SELECT c.id AS customer_id, c.code, m.exposure, m.rating, it.why
      FROM compared m
      CROSS JOIN LATERAL (VALUES (m.passed), (m.fell)) AS it (why)
      JOIN customers_customer c ON c.id = m.customer_id AND c.status <> 'lost' AND c.merged_into_id IS NULL
     WHERE it.why IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM engagement_alert a
                        WHERE a.kind = 'credit_review' AND a.subject = c.code AND a.status <> 'closed'
                          AND (a.params->>'why' = it.why OR it.why = 'used' AND a.params->>'why' = 'exceeded'))
), superseded AS (
    UPDATE engagement_alert a
       SET status = 'closed', closed_on = greatest(a.opened_on, %(day)s::date), closing_reason = 'superseded'
      FROM news
     WHERE news.why = 'exceeded' AND a.kind = 'credit_review' AND a.subject = news.code
       AND a.params->>'why' = 'used' AND a.status <> 'closed' AND NOT a.params ? 'signs'
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT concat_ws(':', 'credit_review', code, why, %(day)s::date), 'credit_review',
       CASE why WHEN 'exceeded' THEN 'high' ELSE 'medium' END, customer_id, code,
       jsonb_build_object('why', why, 'rating', rating), %(day)s::date, NULL, exposure, %(home)s, 'open', ''
  FROM news
    ON CONFLICT (key) DO NOTHING
