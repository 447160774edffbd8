-- Makes: one alert a customer that stopped or falls (segmentation.rules.fading): opened the night its rhythm breaks
--   or its revenue of three months fell, kept true while it is open, closed when it is back or the customer is lost.
-- Reads: segmentation_figures and segmentation_rhythm of the version whole, customers by id, open alerts
--   (alert_open_subject).
-- May run again: yes, there is one open alert a customer, and its key holds the day.
WITH open_alert AS (
    SELECT a.id, a.customer_id, a.opened_on, a.params ->> 'basis' AS told FROM engagement_alert a
     WHERE a.kind = 'volume_drop' AND a.status <> 'closed'
), compared AS (
    SELECT c.id AS customer_id, c.code, c.tier, c.status = 'lost' AS is_lost, f.revenue_3m AS now,
           CASE WHEN f.revenue_3m_like > 0 THEN f.revenue_3m_like ELSE f.revenue_prev_3m END AS base,
           CASE WHEN f.revenue_3m_like > 0 THEN 'year' ELSE 'quarter' END AS fallen_basis,
           greatest(f.revenue_3m, f.revenue_prev_3m) AS stake,
           coalesce(r.state, '') AS state, coalesce(r.decay, '') AS decay,
           CASE WHEN r.state IN ('at_risk', 'dormant') THEN 'rhythm'
                WHEN r.decay = 'red' AND r.state IN ('active', 'cooling') THEN 'decay' ELSE '' END AS broken,
           CASE WHEN r.is_own THEN r.typical_days END AS typical, r.usual_days AS usual, r.silent_days AS silent,
           open_alert.id AS alert_id, open_alert.opened_on, open_alert.told
      FROM segmentation_figures f
      JOIN customers_customer c ON c.id = f.customer_id
      LEFT JOIN segmentation_rhythm r ON r.version = f.version AND r.customer_id = f.customer_id
      LEFT JOIN open_alert ON open_alert.customer_id = c.id
     WHERE f.version = %(version)s
       AND (open_alert.id IS NOT NULL OR r.state IN ('at_risk', 'dormant') OR r.decay = 'red'
            OR f.revenue_3m < greatest(f.revenue_3m_like, f.revenue_prev_3m))
), judged AS (
    SELECT m.*, m.base - m.now AS lost,
           CASE WHEN m.is_lost OR m.state = 'paused' THEN ''
                WHEN m.broken <> '' AND m.stake >= %(least)s THEN m.broken
                WHEN m.now <= %(fading)s * m.base AND m.base - m.now >= %(least)s THEN m.fallen_basis
                ELSE '' END AS basis,
           CASE WHEN m.told IN ('rhythm', 'decay')
                THEN m.state NOT IN ('at_risk', 'dormant', 'lost') AND m.broken = ''
                     AND (m.told = 'rhythm' OR m.decay = '' OR m.state = 'paused')
                ELSE m.now >= %(recovered)s * m.base END AS is_well,
           (ARRAY['medium', 'high', 'critical'])[
               1 + (m.now < %(stopping)s * m.base OR m.state = 'dormant')::int + (m.tier = 'large')::int] AS severity
      FROM compared m
), told AS (
    SELECT j.customer_id, j.code, j.alert_id, j.opened_on, j.is_lost, j.basis, j.severity, j.basis = '' AND j.is_well AS is_over,
           CASE WHEN b.basis IN ('rhythm', 'decay') THEN j.stake ELSE greatest(j.lost, 0) END AS amount,
           jsonb_build_object('now', j.now, 'base', j.base, 'basis', b.basis) || CASE WHEN b.basis = 'rhythm'
               THEN jsonb_build_object('typical', j.typical, 'usual', j.usual, 'silent', j.silent)
               ELSE '{}' END AS params
      FROM judged j
     CROSS JOIN LATERAL (SELECT coalesce(nullif(j.basis, ''), j.told, j.fallen_basis) AS basis) AS b
), closed AS (
    UPDATE engagement_alert a
       SET status = 'closed', closed_on = greatest(t.opened_on, %(day)s::date),
           closing_reason = CASE WHEN t.is_lost THEN 'lost' ELSE 'recovered' END
      FROM told t
     WHERE a.id = t.alert_id AND (t.is_lost OR t.is_over)
), kept AS (
    UPDATE engagement_alert a
       SET amount = t.amount, params = t.params, severity = t.severity
      FROM told t
     WHERE a.id = t.alert_id AND NOT t.is_lost AND NOT t.is_over
       AND (a.amount, a.params, a.severity) IS DISTINCT FROM (t.amount, t.params, t.severity)
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT 'volume_drop:' || t.code || ':' || %(day)s::date, 'volume_drop', t.severity, t.customer_id, t.code,
       t.params, %(day)s::date, NULL, t.amount, %(currency)s, 'open', ''
  FROM told t
 WHERE t.basis <> '' AND t.alert_id IS NULL
    ON CONFLICT (key) DO NOTHING
