-- Makes: what became of the customers of each grade of health since an earlier night, `earlier`: how many there were,
--   and how many of them are lost now (C12: back-tested on lost customers).
-- Reads: segmentation_health of the earlier version, segmentation_rhythm of this one by customer.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
INSERT INTO segmentation_healthtest (version, then_on, grade, customers, lost)
SELECT %(version)s, v.business_date, h.grade, count(*), count(*) FILTER (WHERE r.state = 'lost')
  FROM segmentation_health h
  JOIN core_version v ON v.id = h.version
  LEFT JOIN segmentation_rhythm r ON r.version = %(version)s AND r.customer_id = h.customer_id
 WHERE h.version = %(earlier)s
 GROUP BY v.business_date, h.grade
