-- Makes: the numbers a version is checked by before it is published: customers, rows of figures and
--        of classes, positive value against its total, customers whose tier would change.
-- Reads: the version's partitions, customers_customer whole.
-- May run again: it only reads.
SELECT count(*) FILTER (WHERE c.merged_into_id IS NULL),
       (SELECT count(*) FROM segmentation_figures WHERE version = %(version)s),
       count(t.customer_id) FILTER (WHERE c.merged_into_id IS NULL),
       coalesce(sum(greatest(t.value, 0)), 0), coalesce(max(t.value_total), 0),
       count(*) FILTER (WHERE c.tier <> '' AND c.tier <> t.tier)
  FROM customers_customer c
  LEFT JOIN segmentation_classification t ON t.version = %(version)s AND t.customer_id = c.id
