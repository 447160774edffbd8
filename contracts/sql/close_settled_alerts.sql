-- Makes: closed payment alerts of lines that by `day` were paid, made void or written off, or whose due
--   date was moved so that the stage is not reached any more.
--   `lines` NULL looks at all, else only at the lines with these numbers.
-- Reads: open alerts (index alert_open_subject), their lines by number, and of lines that are paid
--   up now the ledger (index on line_id): a line paid only after `day` stays.
-- May run again: yes, closed alerts are left alone.
WITH watched AS (
    SELECT a.id, a.opened_on, l.id AS line_id, l.amount, l.state, l.written_off_on,
           l.state = 'open' AND l.paid < l.amount AS is_moved
      FROM engagement_alert a
      JOIN contracts_planline l ON l.line_no = a.subject
     WHERE a.kind = 'payment_due' AND a.status <> 'closed'
       AND (%(lines)s::text[] IS NULL OR a.subject = ANY (%(lines)s::text[]))
       AND (l.paid = l.amount OR l.state <> 'open'
            OR (l.due_on > a.due_on AND %(day)s::date - l.due_on < (a.params ->> 'stage')::int))
), settled AS (
    SELECT w.id, w.opened_on, 'paid' AS reason, l.last_on AS settled_on
      FROM watched w
      CROSS JOIN LATERAL (
        SELECT sum(a.amount) AS paid, max(a.allocated_on) FILTER (WHERE a.amount > 0) AS last_on
          FROM contracts_allocation a
         WHERE a.line_id = w.line_id AND a.allocated_on <= %(day)s::date) l
     WHERE w.state = 'open' AND l.paid = w.amount
    UNION ALL
    SELECT w.id, w.opened_on, w.state, coalesce(w.written_off_on, %(day)s::date)
      FROM watched w
     WHERE w.state <> 'open' AND coalesce(w.written_off_on, %(day)s::date) <= %(day)s::date
    UNION ALL
    SELECT w.id, w.opened_on, 'moved', %(day)s::date FROM watched w WHERE w.is_moved
)
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(s.opened_on, s.settled_on), closing_reason = s.reason
  FROM settled s
 WHERE a.id = s.id
