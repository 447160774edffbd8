-- Makes: one alert a response with a low answer of the last days (`after` < answered on <= `day`),
--   unless the same role of the customer has answered again since.
-- Reads: surveys_response and surveys_answer of these days, customers and their service policies by id.
--   `questions` with `values` are all low answers; `roles`, `tiers`, `severities` say how loud.
-- May run again: yes, an alert is unique by its key.
WITH answered AS (
    SELECT r.* FROM surveys_response r
     WHERE r.answered_on > %(after)s::date AND r.answered_on <= %(day)s::date
), low AS (
    SELECT r.id, r.response_no, r.customer_id, r.survey_id, r.respondent_role, r.answered_on,
           jsonb_object_agg(a.question, a.value) AS answers
      FROM answered r
      JOIN surveys_answer a ON a.response_id = r.id
      JOIN unnest(%(questions)s::text[], %(values)s::int[]) AS bad (question, value)
        ON bad.question = a.question AND bad.value = a.value
     WHERE NOT EXISTS (
        SELECT 1 FROM answered later
         WHERE later.customer_id = r.customer_id AND later.respondent_role = r.respondent_role
           AND r.respondent_role <> '' AND (later.answered_at, later.id) > (r.answered_at, r.id))
     GROUP BY r.id, r.response_no, r.customer_id, r.survey_id, r.respondent_role, r.answered_on
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT 'low_score:' || low.response_no, 'low_score', loud.severity, low.customer_id, low.response_no,
       jsonb_build_object('role', low.respondent_role, 'answered_on', low.answered_on,
                          'answers', low.answers, 'survey', s.code),
       %(day)s::date,
       %(day)s::date + p.callback_days,
       NULL, '', 'open', ''
  FROM low
  JOIN customers_customer c ON c.id = low.customer_id AND c.status <> 'lost'
  CROSS JOIN LATERAL customers_policy_on(c.id, %(day)s::date) p
  JOIN surveys_survey s ON s.id = low.survey_id
  JOIN unnest(%(roles)s::text[], %(tiers)s::text[], %(severities)s::text[]) AS loud (role, tier, severity)
    ON loud.role = low.respondent_role AND loud.tier = c.tier
    ON CONFLICT (key) DO NOTHING
