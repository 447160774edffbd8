-- Makes: the version's customers and their revenue by unit, manager, value grade and lifecycle (02 §7.6).
-- Reads: the version's figures and classes whole, customers by id.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
INSERT INTO segmentation_standing (version, org_unit_id, account_manager_id, value_grade, lifecycle, customers,
                                   revenue_12m)
SELECT t.version, c.org_unit_id, c.account_manager_id, t.value_grade, t.lifecycle, count(*), sum(f.revenue_12m)
  FROM segmentation_classification t
  JOIN segmentation_figures f ON f.version = t.version AND f.customer_id = t.customer_id
  JOIN customers_customer c ON c.id = t.customer_id
 WHERE t.version = %(version)s
 GROUP BY t.version, c.org_unit_id, c.account_manager_id, t.value_grade, t.lifecycle
