-- Makes: one alert a signed contract and stage (days before it ends, `stages`), the nearest stage reached
--   by `day`; for one that goes on by itself only the last stage, before the last day for notice.
--   Nothing for what ended more than `forgotten` days ago or is renewed.
-- Reads: contracts that end soon (index contract_end), and those that renew them.
-- May run again: yes, an alert is unique by its key.
WITH ending AS (
    SELECT k.*, CASE WHEN k.renewal_months IS NOT NULL THEN k.ends_on - coalesce(k.notice_days, 0) END AS notice_by
      FROM contracts_contract k
      JOIN contracts_agreed() a ON a.id = k.id AND a.renewed_from IS NULL
     WHERE k.stage IN ('signed', 'suspended') AND k.starts_on <= %(day)s::date
       AND k.ends_on > %(day)s::date - %(forgotten)s::int AND k.ends_on <= %(day)s::date + %(furthest)s::int
), reached AS (
    SELECT e.id, e.contract_no, e.customer_id, e.ends_on, e.notice_by, e.amount, e.currency, min(s.days) AS stage
      FROM ending e
      JOIN unnest(%(stages)s::int[]) AS s(days)
        ON CASE WHEN e.notice_by IS NULL THEN e.ends_on <= %(day)s::date + s.days
                ELSE s.days = %(nearest)s::int AND e.notice_by <= %(day)s::date + s.days END
     GROUP BY e.id, e.contract_no, e.customer_id, e.ends_on, e.notice_by, e.amount, e.currency
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT concat_ws(':', 'contract_ending', r.id, r.ends_on, r.stage), 'contract_ending',
       CASE WHEN r.notice_by IS NOT NULL THEN 'low' WHEN r.stage = %(nearest)s::int THEN 'high' ELSE 'medium' END,
       r.customer_id, r.contract_no,
       jsonb_build_object('stage', r.stage, 'contract', r.id, 'notice_by', r.notice_by),
       %(day)s::date, r.ends_on, r.amount, CASE WHEN r.amount IS NULL THEN '' ELSE r.currency END, 'open', ''
  FROM reached r
  JOIN customers_customer c ON c.id = r.customer_id AND c.status <> 'lost'
    ON CONFLICT (key) DO NOTHING
