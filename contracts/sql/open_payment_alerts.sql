-- Makes: at most one payment-due alert a line (03 B9): the highest stage reached by `day`, when it
--   is above the last one sent; lower open alerts of the line are closed as superseded, stages
--   passed over are kept with the notice and named in the alert. `ladders` has one object a tier ("" for
--   customers without one): stages ascending, severities and who is told beside them.
--   Lines with a promise that is open on the day wait until the day promised: the line's own one, or one for
--   all that was overdue when it was made (03 B8).
-- Reads: plan lines once, promises, the ledger after `day` (index allocation_day), notices sent.
--   The lines are locked against receipts, by id as those lock them, and their balance is taken from
--   the locked rows.
-- May run again: yes, a notice is unique by line and stage and an alert by its key.
WITH ladder AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(ladders)s::jsonb) AS x(tier text, stages int[], severities text[], told jsonb)
), sent AS (
    SELECT line_id, max(stage) AS stage FROM contracts_paymentnotice GROUP BY line_id
), later AS (  -- paid only after the day
    SELECT line_id, sum(amount) AS amount FROM contracts_allocation
     WHERE allocated_on > %(day)s::date GROUP BY line_id
), promised AS (
    SELECT p.line_id, p.customer_id, p.currency, p.made_on FROM contracts_promise p
     WHERE p.made_on <= %(day)s::date AND p.due_on >= %(day)s::date
       AND (p.decided_on IS NULL OR p.decided_on > %(day)s::date)
       AND (p.line_id IS NOT NULL OR p.covers_overdue)
), due AS (
    SELECT l.id, l.line_no, l.customer_id, l.currency, l.due_on,
           l.amount - l.paid + coalesce(later.amount, 0) AS remainder,
           stages[reached.number] AS stage, reached.number, severities[reached.number] AS severity,
           told -> reached.number - 1 AS told,
           stages[coalesce(width_bucket(sent.stage, stages), 0) + 1 : reached.number - 1] AS skipped
      FROM contracts_planline l
      JOIN customers_customer c ON c.id = l.customer_id
      JOIN ladder ON ladder.tier = c.tier
      LEFT JOIN later ON later.line_id = l.id
      LEFT JOIN sent ON sent.line_id = l.id
      CROSS JOIN LATERAL (
        SELECT width_bucket(%(day)s::date - l.due_on, stages) AS number) reached
     WHERE l.state = 'open' AND NOT l.disputed AND l.issued_on <= %(day)s::date
       AND l.amount - l.paid + coalesce(later.amount, 0) > 0
       AND reached.number > 0
       AND (sent.stage IS NULL OR stages[reached.number] > sent.stage)
       AND NOT EXISTS (SELECT 1 FROM promised p WHERE p.line_id = l.id)
       AND NOT EXISTS (SELECT 1 FROM promised p
                        WHERE p.line_id IS NULL AND p.customer_id = l.customer_id
                          AND p.currency = l.currency AND l.due_on < p.made_on)
     ORDER BY l.id
       FOR SHARE OF l
), noticed AS (
    INSERT INTO contracts_paymentnotice (line_id, customer_id, stage, noticed_on, skipped)
    SELECT id, customer_id, stage, %(day)s::date, skipped
      FROM due
        ON CONFLICT DO NOTHING
    RETURNING line_id
), superseded AS (
    UPDATE engagement_alert a
       SET status = 'closed', closed_on = greatest(a.opened_on, %(day)s::date),
           closing_reason = 'superseded'
      FROM due
     WHERE a.kind = 'payment_due' AND a.subject = due.line_no AND a.status <> 'closed'
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT 'payment_due:' || due.line_no || ':' || CASE WHEN due.stage > 0 THEN '+' ELSE '' END || due.stage,
       'payment_due', due.severity, due.customer_id, due.line_no,
       jsonb_build_object('stage', due.stage, 'days', %(day)s::date - due.due_on,
                          'skipped', due.skipped, 'told', due.told),
       %(day)s::date, due.due_on, due.remainder, due.currency, 'open', ''
  FROM due JOIN noticed ON noticed.line_id = due.id
    ON CONFLICT (key) DO NOTHING
