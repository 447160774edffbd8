-- Makes: the sums of all customers of a version, of which a customer's figures are shares.
-- Reads: the version's figures whole.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
INSERT INTO segmentation_companytotal (version, customers, revenue_12m, margin_12m)
SELECT %(version)s, count(*), coalesce(sum(revenue_12m), 0), sum(margin_12m)
  FROM segmentation_figures
 WHERE version = %(version)s
