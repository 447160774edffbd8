-- Makes: lanes of a customer on which twelve months cost more than they brought: this month and the 11 before.
-- Reads: shipments_lanemonth of these months, whole.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
-- Costs that are unknown yet would only make it worse: a lane is listed by what is known.
INSERT INTO segmentation_losslane (version, customer_id, origin, destination, shipments, uncosted, revenue, cost)
SELECT %(version)s, customer_id, origin, destination, sum(shipments), sum(uncosted), sum(revenue), sum(cost)
  FROM shipments_lanemonth
 WHERE month BETWEEN shipments_month(%(day)s) - 11 AND shipments_month(%(day)s) AND currency = %(currency)s
   AND origin <> '' AND destination <> ''
 GROUP BY customer_id, origin, destination
HAVING sum(revenue) < sum(cost) AND sum(shipments) >= %(lane_shipments)s
