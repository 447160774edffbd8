-- Makes: one alert a complaint and deadline (first answer, solution) that has gone by by the end of `day`; loud
--   for large customers and grave complaints. Who has neither answered nor solved it has the later one only.
-- Reads: open complaints (index complaint_open_due), their customers by id.
-- May run again: yes, an alert is unique by its key.
WITH midnight AS (
    SELECT (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS at
), late AS (
    SELECT c.*, CASE WHEN c.solution_due_at < (SELECT at FROM midnight) THEN 'solution' ELSE 'answer' END AS stage
      FROM engagement_complaint c
     WHERE c.closed_at IS NULL
       AND (c.solution_due_at < (SELECT at FROM midnight)
            OR c.answered_at IS NULL AND c.answer_due_at < (SELECT at FROM midnight))
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, due_on,
                              amount, currency, status, closing_reason)
SELECT concat_ws(':', 'complaint_late', l.id, l.stage), 'complaint_late',
       CASE WHEN l.severity = 'high' OR k.size = 'large' THEN 'high' ELSE 'medium' END,
       l.customer_id, l.complaint_no, jsonb_build_object('stage', l.stage, 'category', l.category),
       %(day)s::date,
       (CASE l.stage WHEN 'answer' THEN l.answer_due_at ELSE l.solution_due_at END AT TIME ZONE 'Asia/Shanghai')::date,
       l.claimed, CASE WHEN l.claimed IS NULL THEN '' ELSE l.currency END, 'open', ''
  FROM late l
  JOIN customers_customer k ON k.id = l.customer_id
    ON CONFLICT (key) DO NOTHING
