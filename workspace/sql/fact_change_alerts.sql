-- Makes: one alert a customer and day for watched facts that changed on `day`, whoever or whatever
--   changed them: the history knows. Filling in what was empty is no change. `columns` are watched.
-- Reads: the day's rows of the history (one partition), customers by id.
-- May run again: yes, the key holds the day.
WITH changed AS (
    SELECT h.customer_id, c.key AS fact
      FROM core_history h
     CROSS JOIN LATERAL jsonb_each(h.changes) AS c(key, value)
     WHERE h.at >= %(day)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND h.at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND h.table_name = 'customers_customer' AND h.operation = 'U'
       AND c.key = ANY (%(columns)s::text[]) AND coalesce(c.value -> 0, 'null') NOT IN ('null', '""')
    UNION
    SELECT h.customer_id, 'shareholders'
      FROM core_history h
     WHERE h.at >= %(day)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND h.at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND h.table_name = 'customers_shareholder' AND h.operation IN ('U', 'D')
)
INSERT INTO engagement_alert (key, kind, severity, customer_id, subject, params, opened_on, status, currency,
                              closing_reason)
SELECT 'fact_change:' || c.code || ':' || %(day)s::date, 'fact_change', 'medium', c.id, c.code,
       jsonb_build_object('facts', jsonb_agg(f.fact ORDER BY f.fact)), %(day)s::date, 'open', '', ''
  FROM changed f JOIN customers_customer c ON c.id = f.customer_id AND c.merged_into_id IS NULL
 GROUP BY c.id, c.code
    ON CONFLICT (key) DO NOTHING
