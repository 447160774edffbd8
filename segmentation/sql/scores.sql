-- Makes: the parts of current and potential value (C5, segmentation.rules.scores) of whoever shipped in the 12
--   months or plans to, and their facts.
-- Reads: the version's figures and rhythm; customers' plans; shipments_customermonth whole; the partitions of twelve
--   months of waybills once, those with waiting or storage; answers to `nps` with their responses.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
-- Bounds are the 1st and 99th hundredth of who shipped. `first_month` to `last_month` are whole months of the window.
WITH waited AS (
    SELECT customer_id, sum(waiting_minutes) AS minutes, sum(greatest(waiting_minutes - %(free_minutes)s, 0)) AS minutes_over,
           sum(storage_days) AS days, sum(greatest(storage_days - %(free_days)s, 0)) AS days_over
      FROM shipments_waybill
     WHERE month BETWEEN shipments_month(%(after)s) AND shipments_month(%(day)s)
       AND accepted_on > %(after)s AND accepted_on <= %(day)s AND status <> 'cancelled'
       AND (waiting_minutes > 0 OR storage_days > 0)
     GROUP BY customer_id
), sent AS (
    SELECT customer_id, min(month) FILTER (WHERE shipments > 0) AS begun,
           sum(weight_kg) FILTER (WHERE month BETWEEN %(first_month)s AND %(last_month)s AND currency = %(currency)s) AS kg,
           sum(revenue) FILTER (WHERE month BETWEEN %(first_month)s AND %(last_month)s AND currency = %(currency)s) AS revenue
      FROM shipments_customermonth
     WHERE month <= shipments_month(%(day)s)
     GROUP BY customer_id
), monthly AS (
    SELECT customer_id, sum(shipments::int) AS shipments
      FROM shipments_customermonth
     WHERE month BETWEEN %(first_month)s AND %(last_month)s
     GROUP BY customer_id, month
), varied AS (
    SELECT customer_id, sum(shipments) AS shipments, sum(shipments * shipments) AS squares FROM monthly GROUP BY customer_id
), months AS (  -- `known`: whole months of the window since the first shipment
    SELECT s.customer_id, s.begun, %(last_month)s + 1 - greatest(s.begun, %(first_month)s) AS known, v.shipments, v.squares,
           s.kg, s.revenue
      FROM sent s
      LEFT JOIN varied v ON v.customer_id = s.customer_id
), answered AS (
    SELECT DISTINCT ON (a.customer_id) a.customer_id, a.value
      FROM surveys_answer a
      JOIN surveys_response r ON r.id = a.response_id
     WHERE a.question = 'nps' AND a.value BETWEEN 0 AND 10 AND r.answered_on <= %(day)s
     ORDER BY a.customer_id, r.answered_at DESC, r.id DESC
), known AS (
    SELECT f.customer_id, f.shipments_12m > 0 AS has_shipped, f.revenue_12m AS revenue, f.margin_12m AS margin,
           f.shipments_12m::numeric AS shipments, CASE WHEN f.due > 0 THEN f.collected / f.due END AS collection,
           coalesce(c.planned_annual_volume,
                    CASE WHEN m.revenue > 0 AND m.kg > 0 THEN round(c.planned_annual_revenue * m.kg / m.revenue, 3) END)
               AS plan_kg,
           coalesce(CASE WHEN f.revenue_12m > 0 THEN round(c.planned_annual_revenue / f.revenue_12m - 1, 6) END,
                    c.planned_growth) AS plan_growth,
           %(day)s::date - coalesce(c.customer_since, make_date(m.begun / 12, m.begun %% 12 + 1, 1)) AS tenure,
           CASE WHEN c.logistics_spend > 0 THEN round(f.revenue_12m / c.logistics_spend, 6) END AS wallet,
           r.active_weeks AS weeks, a.value AS nps,
           CASE WHEN m.known >= %(fewest_months)s AND m.shipments > 0
                THEN round(sqrt(greatest(m.known * m.squares - m.shipments * m.shipments, 0)) / m.shipments, 6) END AS cv,
           coalesce(w.minutes, 0) AS minutes, coalesce(w.minutes_over, 0) AS minutes_over,
           coalesce(w.days, 0) AS days, coalesce(w.days_over, 0) AS days_over
      FROM segmentation_figures f
      JOIN customers_customer c ON c.id = f.customer_id
      LEFT JOIN months m ON m.customer_id = f.customer_id
      LEFT JOIN segmentation_rhythm r ON r.version = f.version AND r.customer_id = f.customer_id
      LEFT JOIN waited w ON w.customer_id = f.customer_id
      LEFT JOIN answered a ON a.customer_id = f.customer_id
     WHERE f.version = %(version)s
       AND (f.shipments_12m > 0 OR c.planned_annual_volume IS NOT NULL OR c.planned_annual_revenue IS NOT NULL
            OR c.planned_growth IS NOT NULL)
), bound AS (
    SELECT percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY revenue) AS revenue,
           percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY margin) AS margin,
           percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY shipments) AS shipments,
           percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY collection) AS collection,
           percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY plan_kg) AS plan_kg,
           percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY plan_growth) AS plan_growth,
           percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY minutes / shipments) AS minutes,
           percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY days / shipments) AS days,
           percentile_disc(ARRAY[0.01, 0.99]) WITHIN GROUP (ORDER BY cv) AS cv
      FROM known WHERE has_shipped
), scaled AS (  -- OFFSET 0: computed once, not at each use in a composite
    SELECT k.*, segmentation_scaled(k.revenue, b.revenue) AS revenue_part, segmentation_scaled(k.margin, b.margin) AS margin_part,
           segmentation_scaled(k.shipments, b.shipments) AS volume_part,
           segmentation_scaled(k.collection, b.collection) AS collection_part,
           segmentation_scaled(k.plan_kg, b.plan_kg) AS plan_part, segmentation_scaled(k.plan_growth, b.plan_growth) AS growth_part,
           segmentation_part(k.tenure / %(tenure_days)s) AS tenure_part, segmentation_part(k.wallet) AS wallet_part,
           segmentation_part(k.weeks / 52.0) AS weeks_part, 10.0 * k.nps AS nps_part,
           100 - segmentation_scaled(k.minutes / nullif(k.shipments, 0), b.minutes) AS minutes_part,
           100 - segmentation_scaled(k.days / nullif(k.shipments, 0), b.days) AS days_part,
           100 - segmentation_scaled(k.cv, b.cv) AS season_part
      FROM known k CROSS JOIN bound b OFFSET 0
)
INSERT INTO segmentation_score (version, customer_id, revenue, contribution, volume, collection, planned_volume,
                                planned_growth, loyalty, efficiency, plan_kg, plan_growth, tenure_days, wallet_share,
                                active_weeks, last_nps, season_cv, waiting_minutes, minutes_over, storage_days, days_over)
SELECT %(version)s, customer_id, revenue_part, margin_part, volume_part, collection_part, plan_part, growth_part,
       segmentation_composite(ARRAY[tenure_part, wallet_part, weeks_part, nps_part], %(loyalty)s::numeric[], %(least_known)s),
       segmentation_composite(ARRAY[minutes_part, days_part, season_part], ARRAY[1, 1, 1]::numeric[], %(least_known)s),
       plan_kg, plan_growth, tenure, wallet, weeks, nps, cv, minutes, minutes_over, days, days_over
  FROM scaled
