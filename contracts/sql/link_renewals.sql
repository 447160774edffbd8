-- Makes: contracts that came without a word of what they renew (tables have no column for it) go on from the one
--   before: the last of the customer of the same kind and currency that ended at most `gap_days` before it begins.
--   Only signed ones; who renews one already, or is renewed by another, draft or not, stays as it is.
-- Reads: contracts whole.
-- May run again: yes, what is linked stays.
WITH pair AS (
    SELECT n.id AS later, k.id AS earlier,
           row_number() OVER (PARTITION BY n.id ORDER BY k.ends_on DESC, k.id) AS of_later,
           row_number() OVER (PARTITION BY k.id ORDER BY n.starts_on, n.id) AS of_earlier
      FROM contracts_contract n
      JOIN contracts_contract k ON k.customer_id = n.customer_id AND k.kind = n.kind AND k.currency = n.currency
                               AND n.starts_on > k.ends_on AND n.starts_on <= k.ends_on + %(gap_days)s::int
     WHERE n.renews_id IS NULL AND n.stage NOT IN ('draft', 'in_review') AND k.stage NOT IN ('draft', 'in_review')
       AND NOT EXISTS (SELECT FROM contracts_contract r WHERE r.renews_id = k.id)
)
UPDATE contracts_contract c SET renews_id = p.earlier
  FROM pair p
 WHERE c.id = p.later AND p.of_later = 1 AND p.of_earlier = 1
