-- Makes: the sums of C13 (segmentation.rules.customer_value.Retention) by unit and manager, with and without contract.
-- Reads: the version's customer values (who shipped before) and figures, by customer.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
INSERT INTO segmentation_retention (version, org_unit_id, account_manager_id, has_contract, then_customers,
                                    stayed_customers, then_revenue, revenue, capped_revenue)
SELECT v.version, c.org_unit_id, c.account_manager_id, v.has_contract, count(*),
       count(*) FILTER (WHERE f.shipments_12m > 0), sum(f.revenue_prev_12m), sum(f.revenue_12m),
       sum(least(f.revenue_12m, f.revenue_prev_12m))
  FROM segmentation_customervalue v
  JOIN segmentation_figures f ON f.version = v.version AND f.customer_id = v.customer_id
  JOIN customers_customer c ON c.id = v.customer_id
 WHERE v.version = %(version)s AND v.sent_before
 GROUP BY v.version, c.org_unit_id, c.account_manager_id, v.has_contract
