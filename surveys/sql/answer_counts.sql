-- Makes: how often each answer was given, per survey, question and cut, up to a business date, and
--        from which day to which.
-- Reads: surveys_response by response_survey_day, surveys_answer by answer_once_per_question; the
--        classes of the same version in segmentation_classification, so that scores and classes of
--        one night belong together. value null: asked, not answered.
-- May run again: it only reads.
WITH answers AS (
    SELECT r.survey_id, a.question, a.value, r.respondent_role, c.province, c.org_unit_id,
           t.tier, t.abc_class, count(*) AS answers,
           min(r.answered_on) AS first_on, max(r.answered_on) AS last_on
      FROM surveys_response r
      JOIN surveys_answer a ON a.response_id = r.id
      JOIN customers_customer c ON c.id = r.customer_id
      LEFT JOIN segmentation_classification t ON t.version = %(version)s AND t.customer_id = c.id
     WHERE r.answered_on <= %(day)s
     GROUP BY r.survey_id, a.question, a.value, r.respondent_role, c.province, c.org_unit_id,
              t.tier, t.abc_class
),
unit_slices AS (  -- a unit answers for all units below it
    SELECT unit.id AS org_unit_id, 'unit:' || above.code AS slice
      FROM organization_orgunit unit
      JOIN organization_orgunit above
        ON above.id = ANY (string_to_array(trim(BOTH '/' FROM unit.path), '/')::bigint[])
),
cuts AS (
    SELECT survey_id, question, value, 'all' AS slice, answers, first_on, last_on FROM answers
    UNION ALL
    SELECT survey_id, question, value, 'tier:' || tier, answers, first_on, last_on FROM answers
     WHERE tier <> ''
    UNION ALL
    SELECT survey_id, question, value, 'abc:' || abc_class, answers, first_on, last_on FROM answers
     WHERE abc_class <> ''
    UNION ALL
    SELECT survey_id, question, value, 'region:' || province, answers, first_on, last_on FROM answers
     WHERE province <> ''
    UNION ALL
    SELECT survey_id, question, value, 'role:' || respondent_role, answers, first_on, last_on FROM answers
     WHERE respondent_role <> ''
    UNION ALL
    SELECT survey_id, question, value, slice, answers, first_on, last_on
      FROM answers
      JOIN unit_slices USING (org_unit_id)
)
SELECT survey_id, slice, question, value, sum(answers)::bigint, min(first_on), max(last_on)
  FROM cuts
 GROUP BY survey_id, slice, question, value
