-- Makes: closed alerts of statements that were answered.
-- Reads: open alerts of the kind (index alert_open_subject), their statements by number.
-- May run again: yes, closed alerts are left alone.
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(a.opened_on, %(day)s::date), closing_reason = 'answered'
  FROM contracts_statement s
 WHERE a.kind = 'unanswered' AND a.status <> 'closed' AND s.statement_no = a.subject AND s.state <> 'sent'
