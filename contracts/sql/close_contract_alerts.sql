-- Makes: closed alerts about contracts that end: renewed, terminated or with another end (renewed),
--   a nearer stage was reached (superseded), or it ended more than `forgotten` days ago (lapsed).
-- Reads: open alerts of the kind (index alert_open_subject), their contracts by number.
-- May run again: yes, closed alerts are left alone.
WITH watched AS (
    SELECT a.id, a.subject, a.opened_on, a.due_on, (a.params ->> 'stage')::int AS stage
      FROM engagement_alert a
     WHERE a.kind = 'contract_ending' AND a.status <> 'closed'
), judged AS (
    SELECT w.id, w.opened_on,
           CASE WHEN k.id IS NULL OR k.stage NOT IN ('signed', 'suspended') OR k.ends_on IS DISTINCT FROM w.due_on
                  OR k.renewed_from IS NOT NULL THEN 'renewed'
                WHEN w.due_on <= %(day)s::date - %(forgotten)s::int THEN 'lapsed'
                WHEN EXISTS (SELECT FROM watched nearer WHERE nearer.subject = w.subject
                                AND nearer.due_on = w.due_on AND nearer.stage < w.stage) THEN 'superseded' END AS reason
      FROM watched w
      LEFT JOIN contracts_contract c ON c.contract_no = w.subject
      LEFT JOIN contracts_agreed() k ON k.id = c.id
)
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(a.opened_on, %(day)s::date), closing_reason = j.reason
  FROM judged j
 WHERE a.id = j.id AND j.reason IS NOT NULL
