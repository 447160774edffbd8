-- Makes: nothing; answers what one customer's waybills did at each stage, by the time they were accepted in:
--   the last `span_days` days up to the end of `day` (latest), or as many before (earlier).
--   Hours are since the stage before, whichever that was; acceptance and delivery are known without events.
--   An exception that names no stage counts at delivery.
-- Reads: the customer's waybills of both times (index waybill_customer_accepted), their events by primary key.
-- May run again: yes.
WITH edge AS (
    SELECT (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS until
), sent AS (
    SELECT w.waybill_no, w.month, w.accepted_at, w.delivered_at, w.promised_at, w.exception,
           CASE WHEN w.accepted_at >= until - make_interval(days => %(span_days)s) THEN 'latest' ELSE 'earlier' END AS period
      FROM edge, shipments_waybill w
     WHERE w.customer_id = %(customer)s AND w.status <> 'cancelled'
       AND w.accepted_at < until AND w.accepted_at >= until - make_interval(days => 2 * %(span_days)s)
       AND w.month BETWEEN %(first_month)s AND %(last_month)s
), event AS (
    SELECT e.waybill_no, e.kind, e.happened_at,
           CASE WHEN e.stage = '' AND e.kind IN ('delivered', 'exception') THEN 'delivery' ELSE e.stage END AS stage
      FROM sent s JOIN shipments_waybillevent e ON e.waybill_no = s.waybill_no AND e.month = s.month
), reached AS (
    SELECT waybill_no, stage, happened_at AS at FROM event WHERE kind IN ('reached', 'delivered') AND stage <> ''
    UNION ALL SELECT waybill_no, 'acceptance', accepted_at FROM sent
    UNION ALL SELECT waybill_no, 'delivery', delivered_at FROM sent WHERE delivered_at IS NOT NULL
), first_reached AS (
    SELECT waybill_no, stage, min(at) AS at FROM reached GROUP BY waybill_no, stage
), step AS (
    SELECT waybill_no, stage,
           extract(epoch FROM at - lag(at) OVER (PARTITION BY waybill_no
                                                     ORDER BY at, array_position(%(stage_names)s::text[], stage))) / 3600 AS hours
      FROM first_reached
), trouble AS (
    SELECT waybill_no, stage FROM event WHERE kind = 'exception'
    UNION SELECT s.waybill_no, 'delivery' FROM sent s
     WHERE s.exception <> '' AND NOT EXISTS (SELECT 1 FROM event e WHERE e.waybill_no = s.waybill_no AND e.kind = 'exception')
)
SELECT step.stage, s.period, count(*), count(hours),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY hours), percentile_cont(0.9) WITHIN GROUP (ORDER BY hours),
       count(*) FILTER (WHERE hours <= (%(targets)s::numeric[])[array_position(%(stage_names)s::text[], step.stage)]),
       count(*) FILTER (WHERE s.delivered_at IS NOT NULL AND s.promised_at IS NOT NULL),
       count(*) FILTER (WHERE s.delivered_at <= s.promised_at),
       count(t.waybill_no)
  FROM step
  JOIN sent s ON s.waybill_no = step.waybill_no
  LEFT JOIN trouble t ON t.waybill_no = step.waybill_no AND t.stage = step.stage
 GROUP BY step.stage, s.period
