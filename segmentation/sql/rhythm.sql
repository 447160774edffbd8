-- Makes: the rhythm (C9, segmentation.rules.rhythm) of every customer that ever shipped, as of a day.
-- Reads: shipments_customermonth: shipping days of the months from `gaps_from`, the latest day of those before; the
--   partitions of the last 16 weeks of waybills; the version's figures.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
-- `feasts`: days that count nowhere, of a calendar from `known_from` on. `same_day`: the like of the day a year ago.
WITH calendar AS MATERIALIZED (  -- `place`: ordinary days up to this one
    SELECT each::date AS day, shipments_month(each::date) AS month, extract(day FROM each)::int - 1 AS bit,
           count(*) FILTER (WHERE each::date <> ALL (%(feasts)s::date[])) OVER (ORDER BY each)::int AS place
      FROM generate_series(%(known_from)s::date, %(day)s::date, interval '1 day') AS each
), today AS (
    SELECT place FROM calendar WHERE day = %(day)s::date
), months AS (
    SELECT customer_id, month, bit_or(shipping_days) AS days
      FROM shipments_customermonth
     WHERE month BETWEEN shipments_month(%(gaps_from)s) AND shipments_month(%(day)s) AND shipping_days <> 0
     GROUP BY customer_id, month
), shipped AS (
    SELECT m.customer_id, c.day, c.place
      FROM months m
      JOIN calendar c ON c.month = m.month AND (m.days >> c.bit) & 1 = 1
), gap AS (
    SELECT customer_id, day,
           (%(day)s::date - day) / 7 IS DISTINCT FROM (%(day)s::date - lag(day) OVER before) / 7 AS is_new_week,
           CASE WHEN lag(place) OVER before IS NOT NULL
                                  THEN greatest(place - lag(place) OVER before, 1) END AS length
      FROM shipped
    WINDOW before AS (PARTITION BY customer_id ORDER BY day)
), own AS (
    SELECT customer_id, count(length)::int AS gaps, min(day) AS first_on,
           count(*) FILTER (WHERE is_new_week AND %(day)s::date - day < 364) AS active_weeks,
           (array_agg(length ORDER BY length))[(count(length) * 9 + 9) / 10] AS own,
           (array_agg(length ORDER BY length))[(count(length) + 1) / 2] AS typical,
           max(length) FILTER (WHERE %(day)s::date - day < %(new_days)s) AS ended,
           max(day) FILTER (WHERE day < %(same_day)s::date) AS earlier,  -- around the like of the day
           min(day) FILTER (WHERE day >= %(same_day)s::date) AS later
      FROM gap
     GROUP BY customer_id
), sized AS (
    SELECT customer_id, last_accepted_on,
           segmentation_size(CASE %(tier_basis)s WHEN 'margin' THEN margin_12m ELSE revenue_12m END,
                             %(large)s, %(medium)s) AS size
      FROM segmentation_figures
     WHERE version = %(version)s AND last_accepted_on IS NOT NULL
), of_size AS (
    SELECT f.size, percentile_disc(0.5) WITHIN GROUP (ORDER BY o.own) AS median
      FROM own o
      JOIN sized f ON f.customer_id = o.customer_id
     WHERE o.gaps >= %(fewest_gaps)s
     GROUP BY f.size
), older AS (
    SELECT customer_id, greatest(max(last_accepted_on), %(known_from)s::date) AS last_on
      FROM shipments_customermonth
     WHERE month < shipments_month(%(gaps_from)s) AND shipments > 0
     GROUP BY customer_id
), season AS (
    SELECT t.customer_id, later.place - earlier.place AS gap
      FROM own t
      LEFT JOIN older o ON o.customer_id = t.customer_id
      JOIN calendar earlier ON earlier.day = coalesce(t.earlier, o.last_on)
      JOIN calendar later ON later.day = t.later
), weekly AS (
    SELECT customer_id,
           count(*) FILTER (WHERE (%(day)s::date - accepted_on) / 7 = ANY (%(recent_weeks)s::int[]))::int AS recent,
           count(*) FILTER (WHERE (%(day)s::date - accepted_on) / 7 = ANY (%(base_weeks)s::int[]))::int AS base
      FROM shipments_waybill
     WHERE month BETWEEN shipments_month(%(day)s::date - 111) AND shipments_month(%(day)s)
       AND accepted_on BETWEEN %(day)s::date - 111 AND %(day)s::date AND status <> 'cancelled'
     GROUP BY customer_id
), measured AS (
    SELECT f.customer_id, f.last_accepted_on AS last_on, %(day)s::date - f.last_accepted_on AS since,
           coalesce(today.place - last_day.place, %(day)s::date - f.last_accepted_on) AS silent,
           coalesce(o.gaps, 0) AS gaps, o.typical, o.ended, o.first_on, coalesce(o.active_weeks, 0) AS active_weeks,
           older.customer_id IS NOT NULL AS is_older, coalesce(season.gap, 0) AS gap_then,
           c.status = 'lost' AS declared_lost, coalesce(o.gaps >= %(fewest_gaps)s, false) AS is_own,
           greatest(coalesce(CASE WHEN o.gaps >= %(fewest_gaps)s THEN o.own END, s.median, %(unknown_gap)s),
                    %(shortest_gap)s) AS usual,
           coalesce(w.recent, 0) AS recent, coalesce(w.base, 0) AS base,
           cardinality(%(recent_weeks)s::int[]) AS recent_weeks, cardinality(%(base_weeks)s::int[]) AS base_weeks
      FROM sized f
      JOIN customers_customer c ON c.id = f.customer_id
     CROSS JOIN today
      LEFT JOIN calendar last_day ON last_day.day = f.last_accepted_on
      LEFT JOIN own o ON o.customer_id = f.customer_id
      LEFT JOIN of_size s ON s.size = f.size
      LEFT JOIN older ON older.customer_id = f.customer_id
      LEFT JOIN season ON season.customer_id = f.customer_id
      LEFT JOIN weekly w ON w.customer_id = f.customer_id
), judged AS (
    SELECT m.*, silent > %(at_risk)s * usual AS is_late,
           silent > %(at_risk)s * usual AND since < 365 AND gap_then > %(at_risk)s * usual AS is_paused,
           silent > %(dormant)s * usual AND silent >= %(dormant_days)s AS is_long,
           coalesce(%(day)s::date - first_on < %(new_days)s, false) AS began_late,
           coalesce(ended >= %(lost_days)s OR (ended > %(dormant)s * usual AND ended >= %(dormant_days)s), false)
               AS came_back,
           recent_weeks > 0 AND base >= %(decay_shipments)s AS is_measured
      FROM measured m
)
INSERT INTO segmentation_rhythm (version, customer_id, state, usual_days, typical_days, gaps, is_own, silent_days,
                                 last_on, recent, base, recent_weeks, base_weeks, decay,
                                 first_on, active_weeks)
SELECT %(version)s, customer_id,
       CASE WHEN declared_lost OR (since >= %(lost_days)s AND NOT is_paused) THEN 'lost'
            WHEN NOT is_older AND began_late THEN 'new'
            WHEN is_paused THEN 'paused'
            WHEN is_late AND is_long THEN 'dormant'
            WHEN is_late THEN 'at_risk'
            WHEN came_back OR (is_older AND began_late) THEN 'won_back'
            WHEN silent <= usual THEN 'active'
            ELSE 'cooling' END,
       usual, typical, gaps, is_own, silent, last_on, recent, base, recent_weeks, base_weeks,
       CASE WHEN NOT is_measured THEN ''
            WHEN recent * base_weeks < %(decay_red)s * base * recent_weeks THEN 'red'
            WHEN recent * base_weeks < %(decay_amber)s * base * recent_weeks THEN 'amber'
            ELSE '' END,
       CASE WHEN NOT is_older THEN first_on END, active_weeks
  FROM judged
