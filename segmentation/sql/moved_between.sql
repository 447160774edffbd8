-- Makes: how many customers of a scope went from one tier to another between two nights, with their
--        revenue.
-- Reads: as moves_between.sql, whose rows it counts.
-- May run again: it only reads.
WITH candidate AS (
    SELECT customer_id FROM segmentation_move WHERE version = ANY (%(versions)s) AND NOT %(every)s
     UNION
    SELECT customer_id FROM segmentation_classification WHERE version = %(version)s AND %(every)s
)
SELECT before.tier, now.tier, count(*), sum(f.revenue_12m)
  FROM candidate
  JOIN segmentation_classification now
    ON now.version = %(version)s AND now.customer_id = candidate.customer_id
  JOIN segmentation_classification before
    ON before.version = %(previous)s AND before.customer_id = now.customer_id AND before.tier <> now.tier
  JOIN segmentation_figures f ON f.version = %(version)s AND f.customer_id = now.customer_id
  JOIN customers_customer c ON c.id = now.customer_id
 WHERE (%(units)s::bigint[] IS NULL OR c.org_unit_id = ANY (%(units)s::bigint[]))
   AND (%(manager)s::bigint IS NULL OR c.account_manager_id = %(manager)s::bigint)
 GROUP BY before.tier, now.tier
