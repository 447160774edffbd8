-- Makes: how well it stands with every customer that ships and is not lost (C12, segmentation.rules.health), part by
--   part, with the fact that decides each part.
-- Reads: rhythm, figures, classification and exposure of the version, its contracts_credit with a payment score;
--   complaints of 12 months, responses of `sentiment_days` with their answers, talks of `talk_days`, agreed contracts,
--   policies of the tiers and deviations from them.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
-- `questions`, `lows`, `highs`, `rising` are the scales that count. OFFSET 0 ends a step: what it says is computed once.
WITH paid AS (  -- the worst of a customer's currencies
    SELECT customer_id, min(payment_score) AS score
      FROM contracts_credit
     WHERE version = %(version)s AND payment_score IS NOT NULL
     GROUP BY customer_id
), complained AS (
    SELECT customer_id, count(*)::int AS complaints
      FROM engagement_complaint
     WHERE (received_at AT TIME ZONE 'Asia/Shanghai')::date > %(after)s
       AND (received_at AT TIME ZONE 'Asia/Shanghai')::date <= %(day)s
     GROUP BY customer_id
), answer AS (
    SELECT r.customer_id, r.respondent_role, r.id, r.answered_at, r.answered_on,
           100 * (CASE WHEN s.rising THEN a.value - s.low ELSE s.high - a.value END)::numeric / (s.high - s.low) AS points
      FROM surveys_response r
      JOIN surveys_answer a ON a.response_id = r.id
      JOIN unnest(%(questions)s::text[], %(lows)s::int[], %(highs)s::int[], %(rising)s::boolean[])
           AS s (question, low, high, rising) ON s.question = a.question AND a.value BETWEEN s.low AND s.high
     WHERE r.answered_on > %(day)s::date - %(sentiment_days)s::int AND r.answered_on <= %(day)s
), latest AS (  -- of each role
    SELECT DISTINCT ON (customer_id, respondent_role) id
      FROM answer
     ORDER BY customer_id, respondent_role, answered_at DESC, id DESC
), said AS (
    SELECT customer_id, round(avg(points), 2) AS points, count(*) AS answers, max(answered_on) AS answered_on
      FROM answer
     WHERE id IN (SELECT id FROM latest)
     GROUP BY customer_id
), talked AS (
    SELECT customer_id, max((written_at AT TIME ZONE 'Asia/Shanghai')::date) AS talked_on
      FROM engagement_note
     WHERE kind <> ALL (%(no_talk)s::text[]) AND outcome <> 'no_answer'
       AND written_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
       AND written_at >= (%(day)s::date - %(talk_days)s::int)::timestamp AT TIME ZONE 'Asia/Shanghai'
     GROUP BY customer_id
), agreed AS (  -- the one that runs longest; what goes on by itself has no end
    SELECT a.customer_id,
           max(CASE WHEN k.renewal_months IS NULL THEN coalesce(a.last_on, 'infinity') ELSE 'infinity' END) AS last_on
      FROM contracts_agreed() a
      JOIN contracts_contract k ON k.id = a.id
     WHERE a.stage = 'signed' AND a.starts_on <= %(day)s::date + %(ending_days)s::int
     GROUP BY a.customer_id
), known AS (
    SELECT b.customer_id, b.state, b.decay, f.revenue_3m AS now,
           CASE WHEN f.revenue_3m_like > 0 THEN f.revenue_3m_like ELSE f.revenue_prev_3m END AS base,
           p.score AS payment_score, CASE WHEN f.due > 0 THEN f.collected / f.due END AS collection,
           f.promised, CASE WHEN f.promised >= %(fewest)s THEN f.on_time::numeric / f.promised END AS on_time,
           f.shipments_12m AS shipments, f.exceptions + coalesce(o.complaints, 0) AS trouble,
           s.points AS sentiment, s.answers, s.answered_on,
           CASE WHEN a.last_on >= %(day)s::date - %(ended_days)s::int THEN a.last_on END AS last_on,
           %(day)s::date - t.talked_on AS talked, coalesce(v.value::int, y.call_days) AS interval,
           coalesce(e.exposure, 0) AS exposure
      FROM segmentation_rhythm b
      JOIN segmentation_figures f ON f.version = b.version AND f.customer_id = b.customer_id
      JOIN segmentation_classification g ON g.version = b.version AND g.customer_id = b.customer_id
      JOIN customers_customer c ON c.id = b.customer_id
      JOIN customers_servicepolicy y ON y.code = customers_policy_code(g.tier, g.size, c.status)
      LEFT JOIN customers_policydeviation v ON v.customer_id = c.id AND v.point = 'call_days' AND v.ended_at IS NULL
                                           AND %(day)s::date BETWEEN v.starts_on AND v.ends_on
      LEFT JOIN segmentation_exposure e ON e.version = b.version AND e.customer_id = b.customer_id
      LEFT JOIN paid p ON p.customer_id = b.customer_id
      LEFT JOIN complained o ON o.customer_id = b.customer_id
      LEFT JOIN said s ON s.customer_id = b.customer_id
      LEFT JOIN talked t ON t.customer_id = b.customer_id
      LEFT JOIN agreed a ON a.customer_id = b.customer_id
     WHERE b.version = %(version)s AND b.state <> 'lost'
), marked AS (  -- each fact from 0 to 100; segmentation_scaled() is null for the unknown
    SELECT k.*,
           CASE state WHEN 'cooling' THEN %(cooling)s WHEN 'at_risk' THEN %(at_risk)s WHEN 'dormant' THEN %(dormant)s
                      ELSE 100 END::numeric AS beat,
           CASE WHEN state = 'paused' THEN NULL WHEN decay = 'red' THEN %(decay_red)s WHEN decay = 'amber' THEN %(decay_amber)s
                END::numeric AS fading,
           CASE WHEN state <> 'paused' AND base > 0
                THEN segmentation_scaled(now / base, ARRAY[%(little)s, %(enough)s]::numeric[]) END AS fall,
           segmentation_scaled(payment_score, ARRAY[%(poor_payment)s, %(good_payment)s]::numeric[]) AS score_part,
           segmentation_scaled(collection, ARRAY[0, 1]::numeric[]) AS collection_part,
           segmentation_scaled(on_time, ARRAY[%(least_on_time)s, 1]::numeric[]) AS on_time_part,
           CASE WHEN shipments >= %(fewest)s
                THEN 100 - segmentation_scaled(trouble::numeric / shipments, ARRAY[0, %(most_trouble)s]::numeric[])
                END AS trouble_part,
           CASE WHEN last_on < %(day)s THEN 0 WHEN last_on <= %(day)s::date + %(ending_days)s::int THEN %(ending)s
                WHEN last_on IS NOT NULL THEN 100 END::numeric AS agreement,
           100 - segmentation_scaled(talked::numeric / interval, ARRAY[1, %(silence)s]::numeric[]) AS talk,
           round(100 * (1 - exposure), 2) AS network
      FROM known k OFFSET 0
), part AS (  -- as good as the worst fact
    SELECT m.*, least(beat, fading, fall) AS volume, least(score_part, collection_part) AS payment,
           least(on_time_part, trouble_part) AS service, least(agreement, talk) AS engagement
      FROM marked m OFFSET 0
), weighed AS (
    SELECT p.*,
           %(volume)s + %(network)s
               + CASE WHEN payment IS NULL THEN 0 ELSE %(payment)s END + CASE WHEN service IS NULL THEN 0 ELSE %(service)s END
               + CASE WHEN sentiment IS NULL THEN 0 ELSE %(sentiment)s END
               + CASE WHEN engagement IS NULL THEN 0 ELSE %(engagement)s END AS weight,
           volume * %(volume)s + network * %(network)s + coalesce(payment * %(payment)s, 0) + coalesce(service * %(service)s, 0)
               + coalesce(sentiment * %(sentiment)s, 0) + coalesce(engagement * %(engagement)s, 0) AS total,
           coalesce(%(volume)s >= %(heavy)s AND volume < %(poor)s, false)
               OR coalesce(%(payment)s >= %(heavy)s AND payment < %(poor)s, false)
               OR coalesce(%(service)s >= %(heavy)s AND service < %(poor)s, false)
               OR coalesce(%(sentiment)s >= %(heavy)s AND sentiment < %(poor)s, false)
               OR coalesce(%(engagement)s >= %(heavy)s AND engagement < %(poor)s, false)
               OR coalesce(%(network)s >= %(heavy)s AND network < %(poor)s, false) AS is_poor
      FROM part p OFFSET 0
), scored AS (
    SELECT w.*, CASE WHEN weight > 0 AND weight >= %(least_known)s THEN round(total / weight, 2) END AS score
      FROM weighed w OFFSET 0
)
INSERT INTO segmentation_health (version, customer_id, volume, payment, service, sentiment, engagement, network, score,
                                 grade, is_capped, reasons)
SELECT %(version)s, customer_id, volume, payment, service, sentiment, engagement, network, score,
       CASE WHEN score IS NULL THEN '' WHEN score < %(red)s THEN 'red' WHEN score < %(yellow)s OR is_poor THEN 'yellow'
            ELSE 'green' END,
       coalesce(score >= %(yellow)s AND is_poor, false),
       jsonb_strip_nulls(jsonb_build_object(
           'volume', CASE WHEN fading = volume AND fading < beat THEN jsonb_build_object('code', 'decay', 'decay', decay)
                          WHEN fall = volume AND fall < beat
                          THEN jsonb_build_object('code', 'fall', 'share', round(now / base, 4)::text)
                          ELSE jsonb_build_object('code', 'rhythm', 'state', state) END,
           'payment', CASE WHEN score_part = payment THEN jsonb_build_object('code', 'score', 'score', payment_score::text)
                           WHEN collection_part = payment
                           THEN jsonb_build_object('code', 'collection', 'rate', round(collection, 4)::text) END,
           'service', CASE WHEN on_time_part = service
                           THEN jsonb_build_object('code', 'on_time', 'rate', round(on_time, 4)::text, 'of', promised)
                           WHEN trouble_part = service
                           THEN jsonb_build_object('code', 'trouble', 'number', trouble, 'of', shipments) END,
           'sentiment', CASE WHEN sentiment IS NOT NULL
                             THEN jsonb_build_object('code', 'answers', 'number', answers, 'on', answered_on) END,
           'engagement', CASE WHEN talk = engagement AND (agreement IS NULL OR talk < agreement)
                              THEN jsonb_build_object('code', 'talk', 'days', talked, 'interval', interval)
                              WHEN agreement = engagement
                              THEN jsonb_build_object('code', 'agreement', 'until', nullif(last_on, 'infinity')) END,
           'network', jsonb_build_object('code', 'exposure', 'share', exposure::text)))
  FROM scored
