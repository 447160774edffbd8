-- Makes: one alert a customer whose file lacks something, where that is work of the manager (the
--   standard says for whom): opened when it lacks, kept true while it is open, closed when it is whole.
-- Reads: states of files, customers by id, open alerts (alert_open_subject).
-- May run again: yes, there is one open alert a customer, and its key holds the day.
WITH open_alert AS (
    SELECT a.id, a.customer_id, a.opened_on FROM engagement_alert a
     WHERE a.kind = 'file_gaps' AND a.status <> 'closed'
), judged AS (
    SELECT c.id AS customer_id, c.code, o.id AS alert_id, o.opened_on, c.status = 'lost' AS is_lost,
           s.is_work AND f.score < 100 AND c.status <> 'lost' AND c.account_manager_id IS NOT NULL AS is_open,
           jsonb_build_object('score', f.score, 'missing', f.missing, 'stale', f.stale) AS params
      FROM customers_filestate f
      JOIN customers_customer c ON c.id = f.customer_id AND c.merged_into_id IS NULL
      JOIN customers_filestandard s
        ON s.kind = CASE WHEN c.tier = 'potential' OR (c.status = 'prospect' AND c.size = '') THEN 'potential'
                         WHEN c.size IN ('large', 'medium') THEN c.size ELSE 'small' END
      LEFT JOIN open_alert o ON o.customer_id = c.id
     WHERE o.id IS NOT NULL OR s.is_work
), closed AS (
    UPDATE engagement_alert a
       SET status = 'closed', closed_on = greatest(j.opened_on, %(day)s::date),
           closing_reason = CASE WHEN j.is_lost THEN 'lost' ELSE 'recovered' END
      FROM judged j
     WHERE a.id = j.alert_id AND NOT j.is_open
), kept AS (
    UPDATE engagement_alert a SET params = j.params
      FROM judged j
     WHERE a.id = j.alert_id AND j.is_open AND a.params IS DISTINCT FROM j.params
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, status, currency,
                              closing_reason)
SELECT 'file_gaps:' || j.code || ':' || %(day)s::date, 'file_gaps', 'low', j.customer_id, j.code, j.params,
       %(day)s::date, 'open', '', ''
  FROM judged j
 WHERE j.is_open AND j.alert_id IS NULL
    ON CONFLICT (key) DO NOTHING
