-- Makes: one alert a customer whose next credit review is due by `day`, or whose limit holds only
--   until `limit_ends` or has ended, unless one about its credit is open already.
-- Reads: latest review (index creditreview_latest) and latest change to the present limit
--   (creditlimitchange_latest) of each customer that has any; open alerts (alert_open_subject).
-- May run again: yes, an alert is unique by its key, which names the day that was missed.
WITH reviewed AS (
    SELECT DISTINCT ON (customer_id) customer_id, next_on
      FROM customers_creditreview
     ORDER BY customer_id, reviewed_on DESC, id DESC
), limited AS (
    SELECT DISTINCT ON (l.customer_id) l.customer_id, l.valid_until
      FROM customers_creditlimitchange l
      JOIN customers_customer c ON c.id = l.customer_id AND c.credit_limit = l.amount
     ORDER BY l.customer_id, l.changed_at DESC, l.id DESC
), due AS (
    SELECT customer_id, 'due' AS why, next_on AS due_on FROM reviewed WHERE next_on <= %(day)s::date
    UNION ALL
    SELECT customer_id, 'limit', valid_until FROM limited WHERE valid_until <= %(limit_ends)s::date
), first AS (
    SELECT DISTINCT ON (customer_id) customer_id, why, due_on FROM due ORDER BY customer_id, due_on, why
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT concat_ws(':', 'credit_review', c.code, f.why, f.due_on), 'credit_review', 'medium', c.id, c.code,
       jsonb_build_object('why', f.why), %(day)s::date, f.due_on, NULL, '', 'open', ''
  FROM first f
  JOIN customers_customer c ON c.id = f.customer_id AND c.status <> 'lost' AND c.merged_into_id IS NULL
 WHERE NOT EXISTS (SELECT 1 FROM engagement_alert a
                    WHERE a.kind = 'credit_review' AND a.subject = c.code AND a.status <> 'closed')
    ON CONFLICT (key) DO NOTHING
