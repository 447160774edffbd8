-- Makes: closed alerts about complaints: answered or solved, or the second deadline has gone by too.
-- Reads: open alerts of the kind (index alert_open_subject), their complaints by id.
-- May run again: yes, closed alerts are left alone.
WITH midnight AS (
    SELECT (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS at
), judged AS (
    SELECT a.id, a.opened_on,
           CASE WHEN c.closed_at IS NOT NULL OR a.params ->> 'stage' = 'answer' AND c.answered_at IS NOT NULL
                THEN 'answered'
                WHEN a.params ->> 'stage' = 'answer' AND c.solution_due_at < (SELECT at FROM midnight)
                THEN 'superseded' END AS reason
      FROM engagement_alert a
      JOIN engagement_complaint c ON c.id = split_part(a.key, ':', 2)::bigint
     WHERE a.kind = 'complaint_late' AND a.status <> 'closed'
)
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(j.opened_on, %(day)s::date), closing_reason = j.reason
  FROM judged j
 WHERE a.id = j.id AND j.reason IS NOT NULL
