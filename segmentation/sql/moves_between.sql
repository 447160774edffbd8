-- Makes: the customers of a scope that have another tier than in an earlier night, the largest revenue
--        first, behind a position.
-- Reads: segmentation_move of `versions`, the nights after the earlier one: who is not in them has not
--        moved; with `every` all customers instead, where some of those nights are gone. Then both
--        nights' segmentation_classification, the figures and customers by customer.
-- May run again: it only reads.
WITH candidate AS (
    SELECT customer_id FROM segmentation_move WHERE version = ANY (%(versions)s) AND NOT %(every)s
     UNION
    SELECT customer_id FROM segmentation_classification WHERE version = %(version)s AND %(every)s
)
SELECT now.customer_id, before.tier, now.tier, f.revenue_12m
  FROM candidate
  JOIN segmentation_classification now
    ON now.version = %(version)s AND now.customer_id = candidate.customer_id
  JOIN segmentation_classification before
    ON before.version = %(previous)s AND before.customer_id = now.customer_id AND before.tier <> now.tier
  JOIN segmentation_figures f ON f.version = %(version)s AND f.customer_id = now.customer_id
  JOIN customers_customer c ON c.id = now.customer_id
 WHERE before.tier || '>' || now.tier = ANY (%(pairs)s)
   AND (%(units)s::bigint[] IS NULL OR c.org_unit_id = ANY (%(units)s::bigint[]))
   AND (%(manager)s::bigint IS NULL OR c.account_manager_id = %(manager)s::bigint)
   AND (%(revenue)s::numeric IS NULL
        OR (f.revenue_12m, now.customer_id) < (%(revenue)s::numeric, %(customer)s::bigint))
 ORDER BY f.revenue_12m DESC, now.customer_id DESC
 LIMIT %(most)s
