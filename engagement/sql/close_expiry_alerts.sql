-- Makes: closed alerts about papers: another day of expiry or no such paper (renewed), a nearer
--   stage was reached (superseded), or the customer is recorded as lost.
-- Reads: open alerts (index alert_open_subject), their papers by id, their customers.
-- May run again: yes, closed alerts are left alone.
WITH watched AS (
    SELECT a.id, a.subject, a.customer_id, a.opened_on, a.due_on, (a.params ->> 'stage')::int AS stage,
           split_part(a.subject, ':', 1) AS what, split_part(a.subject, ':', 2)::bigint AS paper
      FROM engagement_alert a
     WHERE a.kind = 'expiring' AND a.status <> 'closed'
), judged AS (
    SELECT w.id, w.opened_on,
           CASE WHEN coalesce(q.id, g.id) IS NULL
                  OR coalesce(q.expires_on, g.expires_on) IS DISTINCT FROM w.due_on THEN 'renewed'
                WHEN c.status = 'lost' THEN 'lost'
                WHEN EXISTS (SELECT 1 FROM watched nearer WHERE nearer.subject = w.subject
                                AND nearer.due_on = w.due_on AND nearer.stage < w.stage) THEN 'superseded' END AS reason
      FROM watched w
      JOIN customers_customer c ON c.id = w.customer_id
      LEFT JOIN customers_qualification q ON w.what = 'qualification' AND q.id = w.paper
      LEFT JOIN customers_guarantee g ON w.what = 'guarantee' AND g.id = w.paper
)
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(j.opened_on, %(day)s::date), closing_reason = j.reason
  FROM judged j
 WHERE a.id = j.id AND j.reason IS NOT NULL
