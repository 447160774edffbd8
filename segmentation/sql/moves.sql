-- Makes: the customers whose tier differs from that of the night before, with their revenue.
-- Reads: segmentation_classification of the version and of `previous` by customer; the version's figures.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
INSERT INTO segmentation_move (version, customer_id, tier_before, tier, revenue_12m)
SELECT now.version, now.customer_id, before.tier, now.tier, f.revenue_12m
  FROM segmentation_classification now
  JOIN segmentation_classification before
    ON before.version = %(previous)s AND before.customer_id = now.customer_id AND before.tier <> now.tier
  JOIN segmentation_figures f ON f.version = now.version AND f.customer_id = now.customer_id
 WHERE now.version = %(version)s
