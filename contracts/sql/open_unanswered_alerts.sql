-- Makes: one alert a statement that its customer has not answered for `idle_days` days by `day`.
-- Reads: statements that are not billed yet (partial index statement_open).
-- May run again: yes, an alert is unique by its key.
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT 'unanswered:' || s.statement_no, 'unanswered', 'medium', s.customer_id, s.statement_no,
       jsonb_build_object('sent', s.sent_on), %(day)s::date, NULL, s.amount, s.currency, 'open', ''
  FROM contracts_statement s
 WHERE s.state = 'sent' AND s.sent_on <= %(day)s::date - %(idle_days)s::int
    ON CONFLICT (key) DO NOTHING
