-- Makes: how many customers of a scope went from each tier to each between two nights, with the revenue
--        of those that moved; '' for a customer that one of the nights does not have.
-- Reads: segmentation_classification of both versions whole, customers by id, figures by customer.
-- May run again: it only reads.
WITH both_nights AS (
    SELECT customer_id, coalesce(before.tier, '') AS tier_before, coalesce(now.tier, '') AS tier
      FROM (SELECT customer_id, tier FROM segmentation_classification WHERE version = %(version)s) now
      FULL JOIN (SELECT customer_id, tier FROM segmentation_classification WHERE version = %(previous)s) before
     USING (customer_id)
)
SELECT b.tier_before, b.tier, count(*), coalesce(sum(f.revenue_12m), 0)
  FROM both_nights b
  JOIN customers_customer c ON c.id = b.customer_id
  LEFT JOIN segmentation_figures f
    ON f.version = %(version)s AND f.customer_id = b.customer_id AND b.tier_before <> b.tier
 WHERE (%(units)s::bigint[] IS NULL OR c.org_unit_id = ANY (%(units)s::bigint[]))
   AND (%(manager)s::bigint IS NULL OR c.account_manager_id = %(manager)s::bigint)
 GROUP BY b.tier_before, b.tier
