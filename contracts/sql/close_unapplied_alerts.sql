-- Makes: closed alerts of receipts that have no money left, or were taken back.
-- Reads: open alerts of the kind (index alert_open_subject), their receipts by number.
-- May run again: yes, closed alerts are left alone.
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(a.opened_on, %(day)s::date), closing_reason = 'applied'
  FROM contracts_receipt r
 WHERE a.kind = 'unapplied' AND a.status <> 'closed' AND r.receipt_no = a.subject
   AND (r.allocated = r.amount OR r.reversed_on IS NOT NULL)
