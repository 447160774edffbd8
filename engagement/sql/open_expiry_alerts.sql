-- Makes: one alert a qualification or guarantee and stage (days before it expires, `stages`), the
--   nearest stage reached by `day`; nothing for what expired more than `forgotten` days ago.
-- Reads: papers by their day of expiry (indexes qualification_expiry, guarantee_expiry), customers by id.
-- May run again: yes, an alert is unique by its key.
WITH paper AS (
    SELECT 'qualification' AS what, id, customer_id, name, expires_on FROM customers_qualification
    UNION ALL
    SELECT 'guarantee', id, customer_id, party, expires_on FROM customers_guarantee
), reached AS (
    SELECT paper.*, min(stage) AS stage
      FROM paper JOIN unnest(%(stages)s::int[]) AS stage ON expires_on <= %(day)s::date + stage
     WHERE expires_on > %(day)s::date - %(forgotten)s::int
     GROUP BY what, id, customer_id, name, expires_on
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT concat_ws(':', 'expiring', r.what, r.id, r.expires_on, r.stage), 'expiring',
       CASE WHEN r.stage <= 7 THEN 'high' WHEN r.stage <= 30 THEN 'medium' ELSE 'low' END,
       r.customer_id, r.what || ':' || r.id,
       jsonb_build_object('what', r.what, 'name', r.name, 'stage', r.stage),
       %(day)s::date, r.expires_on, NULL, '', 'open', ''
  FROM reached r
  JOIN customers_customer c ON c.id = r.customer_id AND c.status <> 'lost'
    ON CONFLICT (key) DO NOTHING
