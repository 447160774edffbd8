-- Makes: closed low-score alerts: the same role answered again (well: recovered, low: superseded),
--   the answer was corrected or is gone (withdrawn), it was given before `lapsed` (lapsed), or the
--   customer is recorded as lost.
-- Reads: open alerts (index alert_open_subject), responses by number and by customer, answers.
--   `questions` with `values` are all low answers.
-- May run again: yes, closed alerts are left alone.
WITH bad AS (
    SELECT * FROM unnest(%(questions)s::text[], %(values)s::int[]) AS bad (question, value)
), watched AS (
    SELECT a.id, a.opened_on, a.customer_id, r.id AS response_id, r.respondent_role, r.answered_at, r.answered_on
      FROM engagement_alert a
      LEFT JOIN surveys_response r ON r.response_no = a.subject AND r.customer_id = a.customer_id
     WHERE a.kind = 'low_score' AND a.status <> 'closed'
), judged AS (
    SELECT w.id, w.opened_on, w.answered_on, c.status AS customer_status,
           EXISTS (SELECT 1 FROM surveys_answer x JOIN bad USING (question, value)
                    WHERE x.response_id = w.response_id) AS is_low,
           later.id AS later_id,
           EXISTS (SELECT 1 FROM surveys_answer x JOIN bad USING (question, value)
                    WHERE x.response_id = later.id) AS is_later_low
      FROM watched w
      JOIN customers_customer c ON c.id = w.customer_id
      LEFT JOIN LATERAL (
        SELECT r.id FROM surveys_response r
         WHERE r.customer_id = w.customer_id AND r.respondent_role = w.respondent_role
           AND w.respondent_role <> '' AND r.answered_on <= %(day)s::date
           AND (r.answered_at, r.id) > (w.answered_at, w.response_id)
         ORDER BY r.answered_at DESC, r.id DESC LIMIT 1) later ON true
), settled AS (
    SELECT j.id, j.opened_on,
           CASE WHEN NOT j.is_low THEN 'withdrawn'
                WHEN j.customer_status = 'lost' THEN 'lost'
                WHEN j.later_id IS NOT NULL THEN CASE WHEN j.is_later_low THEN 'superseded' ELSE 'recovered' END
                WHEN j.answered_on <= %(lapsed)s::date THEN 'lapsed' END AS reason
      FROM judged j
)
UPDATE engagement_alert a
   SET status = 'closed', closed_on = greatest(s.opened_on, %(day)s::date), closing_reason = s.reason
  FROM settled s
 WHERE a.id = s.id AND s.reason IS NOT NULL
