-- Makes: the customers of a scope that have another tier than in an earlier night, the largest revenue
--        first, behind a position.
-- Reads: segmentation_classification of both versions, customers by id, figures by customer.
-- May run again: it only reads.
SELECT now.customer_id, before.tier, now.tier, f.revenue_12m
  FROM segmentation_classification now
  JOIN segmentation_classification before
    ON before.version = %(previous)s AND before.customer_id = now.customer_id AND before.tier <> now.tier
  JOIN segmentation_figures f ON f.version = now.version AND f.customer_id = now.customer_id
  JOIN customers_customer c ON c.id = now.customer_id
 WHERE now.version = %(version)s
   AND before.tier || '>' || now.tier = ANY (%(pairs)s)
   AND (%(units)s::bigint[] IS NULL OR c.org_unit_id = ANY (%(units)s::bigint[]))
   AND (%(manager)s::bigint IS NULL OR c.account_manager_id = %(manager)s::bigint)
   AND (%(revenue)s::numeric IS NULL
        OR (f.revenue_12m, now.customer_id) < (%(revenue)s::numeric, %(customer)s::bigint))
 ORDER BY f.revenue_12m DESC, now.customer_id DESC
 LIMIT %(most)s
