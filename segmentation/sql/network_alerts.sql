-- Makes: one alert a customer of whose network so much hangs on lost ones (C10, segmentation.rules.network): opened the
--   night its exposure reaches the alarm with money at stake, kept true while open, closed when it is below again or
--   the customer itself is lost.
-- Reads: segmentation_exposure of the version whole, customers by id, open alerts (alert_open_subject).
-- May run again: yes, there is one open alert a customer, and its key holds the day.
WITH open_alert AS (
    SELECT a.id, a.customer_id, a.opened_on FROM engagement_alert a
     WHERE a.kind = 'network' AND a.status <> 'closed'
), exposed AS (
    SELECT customer_id, exposure, revenue_at_risk, partners, lost_partners
      FROM segmentation_exposure
     WHERE version = %(version)s AND exposure >= %(alarm)s AND NOT is_lost
), told AS (
    SELECT c.id AS customer_id, c.code, o.id AS alert_id, o.opened_on, c.status = 'lost' AS is_lost,
           e.customer_id IS NOT NULL AS is_exposed, coalesce(e.revenue_at_risk >= %(least)s, false) AS is_much,
           e.revenue_at_risk AS amount, CASE WHEN c.tier = 'large' THEN 'high' ELSE 'medium' END AS severity,
           jsonb_build_object('exposure', e.exposure, 'partners', e.partners, 'lost', e.lost_partners) AS params
      FROM exposed e
      FULL JOIN open_alert o ON o.customer_id = e.customer_id
      JOIN customers_customer c ON c.id = coalesce(e.customer_id, o.customer_id)
), closed AS (
    UPDATE engagement_alert a
       SET status = 'closed', closed_on = greatest(t.opened_on, %(day)s::date),
           closing_reason = CASE WHEN t.is_lost THEN 'lost' ELSE 'recovered' END
      FROM told t
     WHERE a.id = t.alert_id AND (t.is_lost OR NOT t.is_exposed)
), kept AS (
    UPDATE engagement_alert a
       SET amount = t.amount, params = t.params, severity = t.severity
      FROM told t
     WHERE a.id = t.alert_id AND NOT t.is_lost AND t.is_exposed
       AND (a.amount, a.params, a.severity) IS DISTINCT FROM (t.amount, t.params, t.severity)
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT 'network:' || t.code || ':' || %(day)s::date, 'network', t.severity, t.customer_id, t.code, t.params,
       %(day)s::date, NULL, t.amount, %(currency)s, 'open', ''
  FROM told t
 WHERE t.alert_id IS NULL AND t.is_much AND NOT t.is_lost
    ON CONFLICT (key) DO NOTHING
