-- Makes: one alert a customer whose revenue of three months fell (segmentation.rules.fading): opened
--   when it falls, kept true while it is open, closed when it recovered or the customer is lost.
-- Reads: segmentation_figures of the version whole, customers by id, open alerts (alert_open_subject).
-- May run again: yes, there is one open alert a customer, and its key holds the day.
WITH open_alert AS (
    SELECT a.id, a.customer_id, a.opened_on FROM engagement_alert a
     WHERE a.kind = 'volume_drop' AND a.status <> 'closed'
), compared AS (
    SELECT c.id AS customer_id, c.code, c.tier, c.status = 'lost' AS is_lost, f.revenue_3m AS now,
           CASE WHEN f.revenue_3m_year_ago > 0 THEN f.revenue_3m_year_ago ELSE f.revenue_prev_3m END AS base,
           CASE WHEN f.revenue_3m_year_ago > 0 THEN 'year' ELSE 'quarter' END AS basis,
           open_alert.id AS alert_id, open_alert.opened_on
      FROM segmentation_figures f
      JOIN customers_customer c ON c.id = f.customer_id
      LEFT JOIN open_alert ON open_alert.customer_id = c.id
     WHERE f.version = %(version)s
       AND (open_alert.id IS NOT NULL OR f.revenue_3m < greatest(f.revenue_3m_year_ago, f.revenue_prev_3m))
), judged AS (
    SELECT m.*, m.base - m.now AS lost,
           m.now <= %(fading)s * m.base AND m.base - m.now >= %(least)s AND NOT m.is_lost AS is_fading,
           m.now >= %(recovered)s * m.base AS is_over,
           (ARRAY['medium', 'high', 'critical'])[
               1 + (m.now < %(stopping)s * m.base)::int + (m.tier = 'large')::int] AS severity,
           jsonb_build_object('now', m.now, 'base', m.base, 'basis', m.basis) AS params
      FROM compared m
), closed AS (
    UPDATE engagement_alert a
       SET status = 'closed', closed_on = greatest(j.opened_on, %(day)s::date),
           closing_reason = CASE WHEN j.is_lost THEN 'lost' ELSE 'recovered' END
      FROM judged j
     WHERE a.id = j.alert_id AND (j.is_lost OR j.is_over)
), kept AS (
    UPDATE engagement_alert a
       SET amount = greatest(j.lost, 0), params = j.params, severity = j.severity
      FROM judged j
     WHERE a.id = j.alert_id AND NOT j.is_lost AND NOT j.is_over
       AND (a.amount, a.params, a.severity) IS DISTINCT FROM (greatest(j.lost, 0), j.params, j.severity)
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT 'volume_drop:' || j.code || ':' || %(day)s::date, 'volume_drop', j.severity, j.customer_id, j.code,
       j.params, %(day)s::date, NULL, j.lost, %(currency)s, 'open', ''
  FROM judged j
 WHERE j.is_fading AND j.alert_id IS NULL
    ON CONFLICT (key) DO NOTHING
