-- Makes: closed alerts about the use of limits, recovered: of customers whose use is below the lower mark `used`
--   by more than the margin of credit states, or who have no limit any more. One above keeps its alert, so that it
--   is not told twice; one that says danger signs too waits for the review.
-- Reads: open alerts of the kind (index alert_open_subject), contracts_credit of the version in the company's
--   currency, the marks of the rules in force.
-- May run again: yes, closed alerts are left alone.
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(a.opened_on, %(day)s::date), closing_reason = 'recovered'
 WHERE a.kind = 'credit_review' AND a.status <> 'closed' AND a.params->>'why' IN ('used', 'exceeded')
   AND NOT a.params ? 'signs'
   AND NOT EXISTS (
        SELECT FROM contracts_credit n
         WHERE n.version = %(version)s AND n.customer_id = a.customer_id AND n.currency = %(home)s
           AND n.used >= %(used)s - (SELECT margin FROM contracts_credit_marks()))
