-- Makes: class by value (C1), class by head count (C2), size and tier (C3) of every customer of one
--        version, with the reasons. All decisions compare amounts, counts and products of them;
--        nothing is divided before it is decided.
-- Reads: segmentation_figures of the version (its partition, whole), customers_customer by key; of the version's
--        contracts_credit those on hold and rated badly.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
-- Parts of risk and potential that are not computed yet count as not met.
WITH risky AS (  -- the worst of a customer's currencies
    SELECT customer_id,
           CASE WHEN bool_or(shown = 'stop') THEN 'stop' WHEN bool_or(shown = 'hold') THEN 'hold' END AS credit_state,
           max(rating) FILTER (WHERE rating IN ('C', 'D')) AS rating
      FROM contracts_credit
     WHERE version = %(version)s AND (shown IN ('hold', 'stop') OR rating IN ('C', 'D'))
     GROUP BY customer_id
),
valued AS (
    SELECT f.customer_id, y.credit_state, y.rating, c.status = 'prospect' AS is_prospect,
           CASE %(abc_basis)s WHEN 'margin' THEN f.margin_12m ELSE f.revenue_12m END AS value,
           CASE %(tier_basis)s WHEN 'margin' THEN f.margin_12m ELSE f.revenue_12m END AS size_value,
           f.shipments_12m > 0 AS has_shipped
      FROM segmentation_figures f
      JOIN customers_customer c ON c.id = f.customer_id
      LEFT JOIN risky y ON y.customer_id = f.customer_id
     WHERE f.version = %(version)s
),
ranked AS (  -- `above`: customers of strictly higher value
    SELECT v.*, v.has_shipped AND v.value IS NOT NULL AS is_active,
           coalesce(sum(greatest(v.value, 0)) OVER above, 0) AS value_above,
           count(*) FILTER (WHERE v.has_shipped AND v.value IS NOT NULL) OVER above AS active_above,
           coalesce(sum(greatest(v.value, 0)) OVER (), 0) AS value_total,
           count(*) FILTER (WHERE v.has_shipped AND v.value IS NOT NULL) OVER () AS active
      FROM valued v
    WINDOW above AS (ORDER BY v.value DESC NULLS LAST
                     GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
),
classed AS (
    SELECT r.*,
           CASE WHEN r.value IS NULL OR r.value <= 0 THEN 'N'
                WHEN r.value_above < %(abc_a)s * r.value_total THEN 'A'
                WHEN r.value_above < %(abc_b)s * r.value_total THEN 'B'
                ELSE 'C' END AS abc_class,
           CASE WHEN NOT r.is_active OR r.active < %(head_minimum)s THEN ''
                WHEN r.active_above < ceil(%(head_a)s * r.active) THEN 'A'
                WHEN r.active_above < ceil((%(head_a)s + %(head_b)s) * r.active) THEN 'B'
                ELSE 'C' END AS abc_class_by_count,
           CASE WHEN r.size_value >= %(large)s THEN 'large'
                WHEN r.size_value >= %(medium)s THEN 'medium'
                ELSE 'small' END AS size
      FROM ranked r
),
reasoned AS (
    SELECT c.*,
           jsonb_build_object(
               'code', 'size_' || c.size, %(tier_basis)s || '_12m', c.size_value::text,
               'threshold', (CASE c.size WHEN 'large' THEN %(large)s ELSE %(medium)s END)::text
           ) AS size_reason,
           CASE WHEN c.credit_state IS NULL THEN '[]'
                ELSE jsonb_build_array(jsonb_build_object('code', 'risk_credit', 'state', c.credit_state)) END
           || CASE WHEN c.rating IS NULL THEN '[]'
                   ELSE jsonb_build_array(jsonb_build_object('code', 'risk_rating', 'rating', c.rating)) END
               AS risk_reasons,
           CASE WHEN c.is_prospect THEN '[{"code": "potential_prospect"}]' ELSE '[]' END::jsonb
               AS potential_reasons,
           CASE c.abc_class
               WHEN 'N' THEN jsonb_build_object('code', 'abc_n', 'value', c.value::text)
               ELSE jsonb_build_object(
                   'code', 'abc_' || lower(c.abc_class),
                   'cumulative_share', round(c.value_above / c.value_total, 6)::text,
                   'cut', (CASE c.abc_class WHEN 'A' THEN %(abc_a)s ELSE %(abc_b)s END)::text)
           END AS abc_reason
      FROM classed c
)
INSERT INTO segmentation_classification (
    version, customer_id, value, value_above, value_total, abc_class, abc_class_by_count, size, tier,
    is_risk, is_potential, reasons
)
SELECT %(version)s, customer_id, value, CASE WHEN value IS NOT NULL THEN value_above END, value_total,
       abc_class, abc_class_by_count, size,
       CASE WHEN risk_reasons <> '[]' THEN 'risk'
            WHEN size = 'small' AND is_prospect THEN 'potential' ELSE size END,
       risk_reasons <> '[]', is_prospect, size_reason || risk_reasons || potential_reasons || abc_reason
  FROM reasoned
