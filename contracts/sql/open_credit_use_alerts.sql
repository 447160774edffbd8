-- Makes: one alert a customer whose use of the limit passed a mark (`used`, `exceeded`) or whose rating fell since
--   the night `previous`, unless one about its credit is open already.
-- Reads: contracts_credit of both versions in the company's currency; open alerts (alert_open_subject).
-- May run again: yes, an alert is unique by its key, which names the day.
WITH grades AS (
    SELECT ARRAY['AAA', 'AA', 'A', 'B', 'C', 'D'] AS best_first
), compared AS (
    SELECT n.customer_id, n.exposure, n.rating,
           CASE WHEN n.used > %(exceeded)s AND coalesce(b.used, 0) <= %(exceeded)s THEN 'exceeded'
                WHEN n.used >= %(used)s AND coalesce(b.used, 0) < %(used)s THEN 'used'
                WHEN array_position(g.best_first, n.rating) > array_position(g.best_first, b.rating) THEN 'rating'
           END AS why
      FROM contracts_credit n
      CROSS JOIN grades g
      LEFT JOIN contracts_credit b
        ON b.version = %(previous)s AND b.customer_id = n.customer_id AND b.currency = n.currency
     WHERE n.version = %(version)s AND n.currency = %(home)s
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT concat_ws(':', 'credit_review', c.code, m.why, %(day)s::date), 'credit_review',
       CASE m.why WHEN 'exceeded' THEN 'high' ELSE 'medium' END, c.id, c.code,
       jsonb_build_object('why', m.why, 'rating', m.rating), %(day)s::date, NULL, m.exposure, %(home)s, 'open', ''
  FROM compared m
  JOIN customers_customer c ON c.id = m.customer_id AND c.status <> 'lost' AND c.merged_into_id IS NULL
 WHERE m.why IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM engagement_alert a
                    WHERE a.kind = 'credit_review' AND a.subject = c.code AND a.status <> 'closed')
    ON CONFLICT (key) DO NOTHING
