-- Makes: one alert a receipt whose money has been on no line for `idle_days` days by `day`.
-- Reads: receipts with credit (partial index receipt_with_credit).
--   One that is open keeps the amount true; one that ended because the money was used opens again.
-- May run again: yes, an alert is unique by its key.
INSERT INTO engagement_alert AS a (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT 'unapplied:' || r.receipt_no, 'unapplied', 'medium', r.customer_id, r.receipt_no,
       jsonb_build_object('since', r.effective_on), %(day)s::date, NULL, r.amount - r.allocated,
       r.currency, 'open', ''
  FROM contracts_receipt r
 WHERE r.allocated < r.amount AND r.reversed_on IS NULL
   AND r.effective_on <= %(day)s::date - %(idle_days)s::int
    ON CONFLICT (key) DO UPDATE
   SET amount = excluded.amount, closed_on = NULL, closing_reason = '',
       status = CASE a.status WHEN 'closed' THEN 'open' ELSE a.status END
 WHERE a.closing_reason = 'applied' OR a.status <> 'closed' AND a.amount <> excluded.amount
