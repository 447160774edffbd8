-- Makes: what of each customer hangs on lost ones (C10, segmentation.rules.network), of those of whom anything does.
-- Reads: shipments_pairs() (pairs of twelve months as last recounted, waybills of cut months); the version's figures
--   and rhythm; of the lost the pairs since `lost_days` by index: who only stopped paying is not lost to partners.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
WITH bond AS MATERIALIZED (
    SELECT least(shipper_id, consignee_id) AS one, greatest(shipper_id, consignee_id) AS other, sum(revenue) AS revenue
      FROM shipments_pairs(%(day)s, %(currency)s)
     GROUP BY 1, 2
    HAVING sum(revenue) > 0
), tie AS MATERIALIZED (
    SELECT one AS customer_id, other AS partner_id, revenue FROM bond
     UNION ALL
    SELECT other, one, revenue FROM bond
), node AS MATERIALIZED (  -- without hubs
    SELECT customer_id, sum(revenue) AS revenue, count(*) AS partners
      FROM tie
     GROUP BY customer_id
    HAVING count(*) <= %(hub)s
), lost AS MATERIALIZED (
    SELECT r.customer_id
      FROM segmentation_rhythm r
      JOIN node n ON n.customer_id = r.customer_id
      JOIN customers_customer c ON c.id = r.customer_id
     WHERE r.version = %(version)s AND r.state = 'lost'
       AND (c.status = 'lost' OR NOT EXISTS (
               SELECT FROM shipments_pairmonth p
                WHERE p.month BETWEEN shipments_month(%(day)s::date - %(lost_days)s::int) AND shipments_month(%(day)s)
                  AND (p.shipper_id = r.customer_id OR p.consignee_id = r.customer_id)))
), near AS MATERIALIZED (  -- lost, or partners of lost ones
    SELECT customer_id, 1::numeric AS exposure, true AS is_lost FROM lost
     UNION ALL
    SELECT n.customer_id, round(%(passed_on)s * sum(t.revenue) / n.revenue, 6), false
      FROM lost l
      JOIN tie t ON t.partner_id = l.customer_id
      JOIN node n ON n.customer_id = t.customer_id
     WHERE NOT EXISTS (SELECT FROM lost WHERE lost.customer_id = n.customer_id)
     GROUP BY n.customer_id, n.revenue
), exposed AS (
    SELECT n.customer_id, n.partners, round(%(passed_on)s * sum(t.revenue * p.exposure) / n.revenue, 6) AS exposure,
           count(*) FILTER (WHERE p.is_lost) AS lost_partners,
           round(coalesce(sum(t.revenue) FILTER (WHERE p.is_lost), 0) / n.revenue, 6) AS lost_share,
           (array_agg(t.partner_id ORDER BY t.revenue DESC, t.partner_id) FILTER (WHERE p.is_lost))[1] AS lost_partner
      FROM near p
      JOIN tie t ON t.partner_id = p.customer_id
      JOIN node n ON n.customer_id = t.customer_id
     WHERE NOT EXISTS (SELECT FROM lost WHERE lost.customer_id = n.customer_id)
     GROUP BY n.customer_id, n.partners, n.revenue
     UNION ALL
    SELECT n.customer_id, n.partners, 1, 0, 0, NULL FROM lost l JOIN node n ON n.customer_id = l.customer_id
)
INSERT INTO segmentation_exposure (version, customer_id, exposure, revenue_at_risk, partners, lost_partners, lost_share,
                                   lost_partner_id, is_lost)
SELECT f.version, f.customer_id, e.exposure, round(e.exposure * f.revenue_12m, 2), e.partners, e.lost_partners,
       e.lost_share, e.lost_partner, e.customer_id IN (SELECT customer_id FROM lost)
  FROM exposed e
  JOIN segmentation_figures f ON f.version = %(version)s AND f.customer_id = e.customer_id
 WHERE e.exposure > 0
