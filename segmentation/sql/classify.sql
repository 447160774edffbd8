-- Makes: class by value (C1), class by head count (C2), size and tier (C3) held against flapping (C4), scores and
--        grade (C5), kind of key account and lifecycle (C0) of every customer of one version, with the reasons. All
--        decisions of C1-C4 compare amounts, counts and products of them; nothing is divided before it is decided.
-- Reads: figures, rhythm and parts of value of the version; customers_customer by key; of the version's contracts_credit
--        those on hold and rated badly; the classification of `previous`, the night before: null takes all as it is;
--        segmentation_tieroverride and segmentation_keyaccount, of which few are in force, with who decided.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
-- OFFSET 0 ends a step: else the planner writes each step into the next, which doubles what it says with every use.
WITH risky AS (  -- the worst of a customer's currencies
    SELECT customer_id,
           CASE WHEN bool_or(shown = 'stop') THEN 'stop' WHEN bool_or(shown = 'hold') THEN 'hold' END AS credit_state,
           max(rating) FILTER (WHERE rating IN ('C', 'D')) AS rating
      FROM contracts_credit
     WHERE version = %(version)s AND (shown IN ('hold', 'stop') OR rating IN ('C', 'D'))
     GROUP BY customer_id
),
scored AS (
    SELECT customer_id,
           segmentation_composite(ARRAY[revenue, contribution, volume, collection], %(current)s::numeric[],
                                  %(least_known)s) AS current_score,
           segmentation_composite(ARRAY[planned_volume, planned_growth, loyalty, efficiency], %(potential)s::numeric[],
                                  %(least_known)s) AS potential_score
      FROM segmentation_score
     WHERE version = %(version)s
),
valued AS (
    SELECT f.customer_id, y.credit_state, y.rating, c.status = 'prospect' AS is_prospect,
           b.value, b.size_value, (b.value * 100)::bigint AS cents, (b.size_value * 100)::bigint AS size_cents,
           f.shipments_12m > 0 AS has_shipped, s.current_score, s.potential_score,
           coalesce(s.potential_score >= %(overlay)s, false) AS has_potential,
           CASE WHEN r.state IN ('at_risk', 'dormant', 'lost') THEN r.state END AS churn,
           CASE WHEN r.state = 'lost' OR c.status = 'lost' THEN 'lost'
                WHEN r.state IS NULL THEN ''
                WHEN r.state = 'dormant' THEN 'dormant'
                WHEN %(day)s::date - r.first_on < %(new_days)s THEN 'new'
                WHEN f.revenue_prev_12m <= 0 THEN 'mature'
                WHEN f.revenue_12m - f.revenue_prev_12m <= -%(change)s * f.revenue_prev_12m THEN 'declining'
                WHEN f.revenue_12m - f.revenue_prev_12m >= %(change)s * f.revenue_prev_12m THEN 'growing'
                ELSE 'mature' END AS lifecycle
      FROM segmentation_figures f
     CROSS JOIN LATERAL (
           SELECT CASE %(abc_basis)s WHEN 'margin' THEN f.margin_12m ELSE f.revenue_12m END AS value,
                  CASE %(tier_basis)s WHEN 'margin' THEN f.margin_12m ELSE f.revenue_12m END AS size_value
           ) b
      JOIN customers_customer c ON c.id = f.customer_id
      LEFT JOIN risky y ON y.customer_id = f.customer_id
      LEFT JOIN scored s ON s.customer_id = f.customer_id
      LEFT JOIN segmentation_rhythm r ON r.version = f.version AND r.customer_id = f.customer_id
     WHERE f.version = %(version)s
),
ranked AS (
{{portable/ranking.sql}}
),
placed AS (  -- steps: C 1, B 2, A 3; small 1, medium 2, large 3. Clear of the upper cuts, clear of the lower ones
    SELECT r.*,
           1 + (r.cents_above < (%(abc_b)s - %(clear_share)s) * r.cents_total)::int
             + (r.cents_above < (%(abc_a)s - %(clear_share)s) * r.cents_total)::int AS abc_up,
           1 + (r.cents_above <= (%(abc_b)s + %(clear_share)s) * r.cents_total)::int
             + (r.cents_above <= (%(abc_a)s + %(clear_share)s) * r.cents_total)::int AS abc_down,
           array_position(ARRAY['small', 'medium', 'large'],
                          segmentation_size(r.size_value, %(large)s * (1 + %(clear_amount)s),
                                            %(medium)s * (1 + %(clear_amount)s))) AS size_up,
           array_position(ARRAY['small', 'medium', 'large'],
                          segmentation_size(r.size_value, %(large)s * (1 - %(clear_amount)s),
                                            %(medium)s * (1 - %(clear_amount)s))) AS size_down,
           array_position(ARRAY['C', 'B', 'A'], nullif(p.abc_class, 'N')) AS abc_before,
           array_position(ARRAY['C', 'B', 'A'], p.abc_toward) AS abc_leaned, p.abc_nights AS abc_nights_before,
           array_position(ARRAY['small', 'medium', 'large'], p.size) AS size_before,
           array_position(ARRAY['small', 'medium', 'large'], p.size_toward) AS size_leaned,
           p.size_nights AS size_nights_before
      FROM ranked r
      LEFT JOIN segmentation_classification p ON p.version = %(previous)s AND p.customer_id = r.customer_id OFFSET 0
),
leaning AS (  -- where to, if anywhere, and for how many nights
    SELECT p.*,
           CASE WHEN abc > 0 AND abc_up > abc_before
                THEN least(abc_up, CASE WHEN abc_leaned > abc_before THEN abc_leaned END)
                WHEN abc > 0 AND abc_down < abc_before THEN abc_before - 1 END AS abc_to,
           CASE WHEN size_up > size_before
                THEN least(size_up, CASE WHEN size_leaned > size_before THEN size_leaned END)
                WHEN size_down < size_before THEN size_before - 1 END AS size_to
      FROM placed p OFFSET 0
),
counted AS (
    SELECT l.*,
           CASE WHEN abc_to IS NULL THEN 0
                WHEN sign(abc_leaned - abc_before) = sign(abc_to - abc_before) THEN abc_nights_before + 1 ELSE 1 END AS abc_nights,
           CASE WHEN size_to IS NULL THEN 0
                WHEN sign(size_leaned - size_before) = sign(size_to - size_before) THEN size_nights_before + 1 ELSE 1 END
               AS size_nights
      FROM leaning l OFFSET 0
),
decided AS (
    SELECT c.*,
           abc_nights >= CASE WHEN abc_to > abc_before THEN %(nights_up)s ELSE %(nights_down)s END AS abc_moves,
           size_nights >= CASE WHEN size_to > size_before THEN %(nights_up)s ELSE %(nights_down)s END AS size_moves
      FROM counted c OFFSET 0
),
held AS (
    SELECT d.*,
           CASE WHEN abc = 0 OR abc_before IS NULL THEN abc WHEN abc_to IS NOT NULL AND abc_moves THEN abc_to
                ELSE abc_before END AS abc_held,
           CASE WHEN size_before IS NULL THEN size WHEN size_to IS NOT NULL AND size_moves THEN size_to
                ELSE size_before END AS size_held
      FROM decided d OFFSET 0
),
classed AS (
    SELECT h.*, (ARRAY['N', 'C', 'B', 'A'])[abc_held + 1] AS abc_class,
           (ARRAY['small', 'medium', 'large'])[size_held] AS held_size,
           CASE WHEN abc_held > 0 AND abc_held = abc_before THEN coalesce((ARRAY['C', 'B', 'A'])[abc_to], '') ELSE '' END AS abc_toward,
           CASE WHEN size_held = size_before THEN coalesce((ARRAY['small', 'medium', 'large'])[size_to], '') ELSE '' END
               AS size_toward,
           has_potential AND size_held < 3 AS is_below_its_potential,
           segmentation_composite(ARRAY[current_score, potential_score], %(grade)s::numeric[], %(least_known)s) AS score
      FROM held h OFFSET 0
),
reasoned AS (
    SELECT c.*,
           CASE WHEN size = size_held
                THEN jsonb_build_object('code', 'size_' || held_size, %(tier_basis)s || '_12m', size_value::text, 'threshold',
                                        (CASE held_size WHEN 'large' THEN %(large)s ELSE %(medium)s END)::text)
                ELSE jsonb_build_object(
                    'code', 'kept_' || held_size, %(tier_basis)s || '_12m', size_value::text,
                    'threshold', (CASE WHEN greatest(size_held + (size > size_held)::int, 2) = 3 THEN %(large)s ELSE %(medium)s END)::text,
                    'mark', round(CASE WHEN greatest(size_held + (size > size_held)::int, 2) = 3 THEN %(large)s ELSE %(medium)s END
                                  * (1 + sign(size - size_held)::int * %(clear_amount)s), 2)::text,
                    'would_be', (ARRAY['small', 'medium', 'large'])[size],
                    'nights', CASE WHEN size_held = size_before THEN size_nights ELSE 0 END::text,
                    'of', CASE WHEN size > size_held THEN %(nights_up)s ELSE %(nights_down)s END::text)
           END AS size_reason,
           CASE WHEN credit_state IS NULL THEN '[]'
                ELSE jsonb_build_array(jsonb_build_object('code', 'risk_credit', 'state', credit_state)) END
           || CASE WHEN rating IS NULL THEN '[]'
                   ELSE jsonb_build_array(jsonb_build_object('code', 'risk_rating', 'rating', rating)) END
           || CASE WHEN churn IS NULL THEN '[]'
                   ELSE jsonb_build_array(jsonb_build_object('code', 'risk_churn', 'band', churn)) END AS risk_reasons,
           CASE WHEN is_below_its_potential
                THEN jsonb_build_array(jsonb_build_object('code', 'potential_score', 'score', potential_score::text,
                                                          'threshold', %(overlay)s::text)) ELSE '[]' END
           || CASE WHEN is_prospect THEN '[{"code": "potential_prospect"}]' ELSE '[]' END::jsonb AS potential_reasons,
           CASE WHEN abc_class = 'N' THEN jsonb_build_object('code', 'abc_n', 'value', value::text)
                WHEN abc = abc_held
                THEN jsonb_build_object('code', 'abc_' || lower(abc_class), 'cumulative_share', round(cents_above / cents_total, 6)::text,
                                        'cut', (CASE abc_class WHEN 'A' THEN %(abc_a)s ELSE %(abc_b)s END)::text)
                ELSE jsonb_build_object(
                    'code', 'abc_kept_' || lower(abc_class), 'cumulative_share', round(cents_above / cents_total, 6)::text,
                    'cut', (CASE WHEN greatest(abc_held + (abc > abc_held)::int, 2) = 3 THEN %(abc_a)s ELSE %(abc_b)s END)::text,
                    'mark', (CASE WHEN greatest(abc_held + (abc > abc_held)::int, 2) = 3 THEN %(abc_a)s ELSE %(abc_b)s END
                             - sign(abc - abc_held)::int * %(clear_share)s)::text,
                    'would_be', (ARRAY['C', 'B', 'A'])[abc],
                    'nights', CASE WHEN abc_held = abc_before THEN abc_nights ELSE 0 END::text,
                    'of', CASE WHEN abc > abc_held THEN %(nights_up)s ELSE %(nights_down)s END::text)
           END AS abc_reason
      FROM classed c
),
overridden AS (  -- by people, on the morning after; two files that became one may each have had one
    SELECT DISTINCT ON (customer_id) customer_id, tier, ends_on, reason
      FROM segmentation_tieroverride
     WHERE %(day)s::date + 1 BETWEEN starts_on AND ends_on AND (ended_on IS NULL OR ended_on > %(day)s::date + 1)
     ORDER BY customer_id, starts_on DESC, id DESC
),
named AS (  -- key accounts, likewise; rules/key_accounts.py, named_reason
    SELECT DISTINCT ON (k.customer_id) k.customer_id,
           jsonb_build_object('code', 'key_named', 'by', coalesce(nullif(u.name, ''), u.username), 'since', k.starts_on::text,
                              'until', k.ends_on::text, 'reason', k.reason) AS named_reason
      FROM segmentation_keyaccount k
      JOIN organization_user u ON u.id = coalesce(k.approved_by_id, k.asked_by_id)
     WHERE k.starts_on <= %(day)s::date + 1 AND (k.ends_on IS NULL OR k.ends_on > %(day)s::date)
       AND (k.ended_on IS NULL OR k.ended_on > %(day)s::date + 1)
     ORDER BY k.customer_id, k.starts_on DESC, k.id DESC
),
tiered AS (
    SELECT r.*, CASE WHEN risk_reasons <> '[]' THEN 'risk'
                     WHEN held_size = 'small' AND potential_reasons <> '[]' THEN 'potential' ELSE held_size END AS computed_tier,
           o.tier AS chosen_tier, o.ends_on, o.reason, n.named_reason
      FROM reasoned r
      LEFT JOIN named n ON n.customer_id = r.customer_id
      LEFT JOIN overridden o ON o.customer_id = r.customer_id
)
INSERT INTO segmentation_classification (
    version, customer_id, value, value_above, value_total, abc_class, abc_class_by_count, size, tier, is_risk, is_potential,
    reasons, abc_toward, abc_nights, size_toward, size_nights, current_score, potential_score, value_grade,
    key_account_kind, lifecycle
)
SELECT %(version)s, customer_id, value, CASE WHEN value IS NOT NULL THEN cents_above * 0.01 END, cents_total * 0.01,
       abc_class, abc_by_count, held_size,
       coalesce(chosen_tier, computed_tier), risk_reasons <> '[]', potential_reasons <> '[]',
       CASE WHEN chosen_tier IS NULL THEN '[]'
            ELSE jsonb_build_array(jsonb_build_object('code', 'override', 'tier', computed_tier, 'until', ends_on::text,
                                                      'reason', reason)) END
       || size_reason || risk_reasons || potential_reasons || abc_reason
       || CASE WHEN named_reason IS NULL THEN '[]' ELSE jsonb_build_array(named_reason) END,
       abc_toward, CASE WHEN abc_toward = '' THEN 0 ELSE abc_nights END,
       size_toward, CASE WHEN size_toward = '' THEN 0 ELSE size_nights END, current_score, potential_score,
       CASE WHEN score >= %(high)s THEN 'high' WHEN score >= %(mid)s THEN 'mid' WHEN score IS NOT NULL THEN 'low' ELSE '' END,
       segmentation_key_account_kind(named_reason IS NOT NULL, held_size, is_below_its_potential), lifecycle
  FROM tiered
