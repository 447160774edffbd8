-- Makes: closed alerts about commitments: kept again in the latest month (recovered), missed again in a
--   later one that has its own alert (superseded), or no longer promised (renewed).
-- Reads: open alerts of the kind (index alert_open_subject), the latest result of each commitment.
-- May run again: yes, closed alerts are left alone.
WITH watched AS (
    SELECT a.id, a.opened_on, (a.params ->> 'commitment')::bigint AS commitment,
           (a.params ->> 'month')::int AS month
      FROM engagement_alert a
     WHERE a.kind = 'commitment_missed' AND a.status <> 'closed'
), judged AS (
    SELECT w.id, w.opened_on,
           CASE WHEN c.id IS NULL THEN 'renewed' WHEN latest.met THEN 'recovered'
                WHEN EXISTS (SELECT FROM watched later WHERE later.commitment = w.commitment
                                AND later.month > w.month) THEN 'superseded' END AS reason
      FROM watched w
      LEFT JOIN contracts_commitment c ON c.id = w.commitment
      LEFT JOIN LATERAL (SELECT r.met FROM contracts_commitmentresult r
                          WHERE r.commitment_id = w.commitment ORDER BY r.month DESC LIMIT 1) latest ON true
)
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(a.opened_on, %(day)s::date), closing_reason = j.reason
  FROM judged j
 WHERE a.id = j.id AND j.reason IS NOT NULL
