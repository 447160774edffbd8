-- Makes: for each unit the Pareto curve of the customers of it and the units below: how much value the
--        first heads hold, at the places rules.concentration keeps.
-- Reads: the version's figures and classes whole, customers by id.
-- May run again: the partition is opened empty before (core.versions.open_partitions).
WITH standing AS (  -- a unit and every unit it stands below
    SELECT unit.id AS org_unit_id, above.id AS above_id
      FROM organization_orgunit unit
      JOIN organization_orgunit above
        ON above.id = ANY (string_to_array(trim(BOTH '/' FROM unit.path), '/')::bigint[])
),
head AS (
    SELECT s.above_id AS org_unit_id, greatest(t.value, 0) AS value
      FROM segmentation_classification t
      JOIN segmentation_figures f ON f.version = t.version AND f.customer_id = t.customer_id
      JOIN customers_customer c ON c.id = t.customer_id
      JOIN standing s ON s.org_unit_id = c.org_unit_id
     WHERE t.version = %(version)s AND f.shipments_12m > 0 AND t.value IS NOT NULL
),
placed AS (
    SELECT org_unit_id, value,
           row_number() OVER from_the_top AS place,
           sum(value) OVER (from_the_top ROWS UNBOUNDED PRECEDING) AS held,
           count(*) OVER (PARTITION BY org_unit_id) AS heads
      FROM head
    WINDOW from_the_top AS (PARTITION BY org_unit_id ORDER BY value DESC)
),
summed AS (
    SELECT org_unit_id, sum(value) AS total, sum(place * value) AS weighted
      FROM placed
     GROUP BY org_unit_id
)
INSERT INTO segmentation_curve (version, org_unit_id, place, held, heads, total, weighted)
SELECT %(version)s, org_unit_id, place, held, heads, total, weighted
  FROM placed
  JOIN summed USING (org_unit_id)
 WHERE CASE WHEN place * 10 <= heads
            THEN place * %(fine)s / heads > (place - 1) * %(fine)s / heads
            ELSE place * %(coarse)s / heads > (place - 1) * %(coarse)s / heads END
