-- Makes: what every customer that ever shipped will bring in the 12 months to come (C8, segmentation.rules.lifetimes
--   and customer_value), as of a day. Of those with monthly settlement by contract; of the others by the model.
-- Reads: segmentation_active_weeks() (three years of months), the version's figures and rhythm by customer.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
-- Parameters of the model are null before the first one is accepted; those of money also where it has none.
WITH weeks AS MATERIALIZED (
    SELECT * FROM segmentation_active_weeks(%(day)s, 0)
), history AS (  -- many customers share one
    SELECT DISTINCT repeats, recency, age FROM weeks WHERE repeats > 0 AND NOT has_contract
), foretold AS MATERIALIZED (
    SELECT h.*, e.p_alive, e.weeks
      FROM history h
     CROSS JOIN LATERAL segmentation_expected_weeks(
               h.repeats, h.recency, h.age, %(ahead)s, %(r)s, %(alpha)s, %(a)s, %(b)s) AS e
), kept AS (
    SELECT count(*) FILTER (WHERE w.has_contract) AS then_contracts,
           count(*) FILTER (WHERE w.has_contract AND f.shipments_12m > 0) AS stayed_contracts,
           count(*) AS then_customers, count(*) FILTER (WHERE f.shipments_12m > 0) AS stayed_customers
      FROM weeks w
      JOIN segmentation_figures f ON f.version = %(version)s AND f.customer_id = w.customer_id
     WHERE w.sent_before
), retained AS (  -- the yearly retention of contract customers, null when nobody shipped a year ago
    SELECT least(greatest(CASE WHEN then_contracts >= %(least_contracts)s
                               THEN stayed_contracts::numeric / then_contracts
                               ELSE stayed_customers::numeric / nullif(then_customers, 0) END,
                          %(least_retention)s), %(most_retention)s) AS share
      FROM kept
), usual AS (  -- shipments of an active week, of customers without a contract
    SELECT sum(f.shipments_12m)::float8 / nullif(sum(w.weeks_12m), 0) AS shipments
      FROM weeks w
      JOIN segmentation_figures f ON f.version = %(version)s AND f.customer_id = w.customer_id
     WHERE NOT w.has_contract
), known AS (
    SELECT s.customer_id, s.state, s.silent_days, s.usual_days, w.repeats, w.recency, w.age, w.weeks_12m,
           coalesce(w.has_contract, false) AS has_contract, coalesce(w.sent_before, false) AS sent_before,
           f.shipments_12m, CASE WHEN %(basis)s = 'margin' THEN f.margin_12m ELSE f.revenue_12m END AS value,
           e.p_alive, e.weeks, n.share AS retention,
           -ln(n.share::float8) / 365 AS leaving,
           CASE WHEN s.state = 'paused' THEN 0 ELSE ln(10::float8) / s.usual_days END AS shipping,
           coalesce(f.shipments_12m::float8 / nullif(w.weeks_12m, 0), u.shipments) AS a_week
      FROM segmentation_rhythm s
      JOIN segmentation_figures f ON f.version = s.version AND f.customer_id = s.customer_id
     CROSS JOIN retained n
     CROSS JOIN usual u
      LEFT JOIN weeks w ON w.customer_id = s.customer_id
      LEFT JOIN foretold e ON NOT w.has_contract AND e.repeats = w.repeats AND e.recency = w.recency AND e.age = w.age
     WHERE s.version = %(version)s
), judged AS (
    SELECT k.*, CASE WHEN has_contract AND retention IS NOT NULL THEN 'retention'
                     WHEN NOT has_contract AND p_alive IS NOT NULL THEN 'bgnbd' ELSE '' END AS model,
           CASE WHEN has_contract
                THEN 1 / (1 + leaving / (leaving + shipping)
                              * (exp(least((leaving + shipping) * silent_days, 700)) - 1))
                ELSE p_alive END AS alive,
           CASE WHEN weeks_12m > 0 AND value > 0 AND %(p)s::float8 * weeks_12m + %(q)s::float8 > 1
                THEN (%(gamma)s::float8 + value::float8) * %(p)s::float8
                     / (%(p)s::float8 * weeks_12m + %(q)s::float8 - 1)
                WHEN weeks_12m = 0 AND %(q)s::float8 > 1
                THEN %(gamma)s::float8 * %(p)s::float8 / (%(q)s::float8 - 1) END AS worth  -- of an active week
      FROM known k
)
INSERT INTO segmentation_customervalue (version, customer_id, model, repeats, recency, age, p_alive,
                                        expected_shipments_12m, clv_12m, lifetime_value, risk_band, reasons,
                                        has_contract, sent_before)
SELECT %(version)s, customer_id, model, repeats, recency, age, round(alive::numeric, 6),
       round(CASE model WHEN 'retention' THEN shipments_12m * alive::numeric * retention
                        WHEN 'bgnbd' THEN (weeks * a_week)::numeric END, 2),
       round(CASE model WHEN 'retention' THEN value * alive::numeric * retention / (1 + %(discount)s)
                        WHEN 'bgnbd' THEN (weeks * worth)::numeric / (1 + %(discount)s) END, 2),
       round(CASE WHEN model = 'retention'
                  THEN value * alive::numeric * retention / (1 + %(discount)s - retention) END, 2),
       state,
       jsonb_build_array(CASE
           WHEN model = 'retention'
           THEN jsonb_build_object('code', 'contract', 'silent_days', silent_days, 'usual_days', usual_days,
                                   'retention', round(retention, 4)::text)
           WHEN has_contract THEN jsonb_build_object('code', 'contract_unknown')
           WHEN repeats IS NULL THEN jsonb_build_object('code', 'long_ago')
           WHEN repeats = 0 THEN jsonb_build_object('code', 'one_time')
           WHEN model = '' THEN jsonb_build_object('code', 'no_model')
           ELSE jsonb_build_object('code', 'weeks', 'active', repeats + 1, 'of', age + 1, 'since', age - recency) END)
       || CASE WHEN (model = 'bgnbd' AND worth IS NULL) OR (model = 'retention' AND value IS NULL)
               THEN jsonb_build_array(jsonb_build_object('code', 'value_unknown')) ELSE '[]'::jsonb END,
       has_contract, sent_before
  FROM judged
