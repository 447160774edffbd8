-- Makes: opens again, with what is owed now, the payment alert of the last stage sent of the lines with these numbers,
--   where it was closed as paid and the money has been taken back since.
-- Reads: those lines by number, their notices by line, their alerts by key.
-- May run again: yes, an open alert is left alone.
WITH owed AS (
    SELECT l.line_no, l.amount - l.paid AS remainder, max(n.stage) AS stage
      FROM contracts_planline l
      JOIN contracts_paymentnotice n ON n.line_id = l.id
     WHERE l.line_no = ANY (%(lines)s::text[]) AND l.state = 'open' AND NOT l.disputed AND l.paid < l.amount
     GROUP BY l.line_no, l.amount, l.paid
)
UPDATE engagement_alert a
   SET status = 'open', acknowledged_on = NULL, closed_on = NULL, closing_reason = '', amount = o.remainder
  FROM owed o
 WHERE a.key = 'payment_due:' || o.line_no || ':' || CASE WHEN o.stage > 0 THEN '+' ELSE '' END || o.stage
   AND a.status = 'closed' AND a.closing_reason = 'paid'
