-- Makes: the customers whose tier, size or class by value is another one by a draft than in the version it was run over.
-- Reads: segmentation_classification, which within a simulation is the temporary table that the night's own statement
--        has filled by the draft (segmentation/simulation.py); the version's classification and figures by key. A tier
--        that somebody chose, or chooses no more, since that version is no move by the draft.
-- May run again: the rows of the simulation are deleted before.
INSERT INTO segmentation_simulatedclass (
    simulation_id, customer_id, tier_before, tier, size_before, size, abc_before, abc_class, value, revenue_12m, reasons
)
SELECT %(simulation)s, n.customer_id, b.tier_before, n.tier, b.size, n.size, b.abc_class, n.abc_class, n.value, f.revenue_12m,
       n.reasons
  FROM segmentation_classification n
  JOIN public.segmentation_classification v ON v.version = n.version AND v.customer_id = n.customer_id
 CROSS JOIN LATERAL (
       SELECT v.size, v.abc_class,
              CASE WHEN n.reasons->0->>'code' = 'override' THEN n.tier
                   WHEN v.reasons->0->>'code' = 'override' THEN v.reasons->0->>'tier' ELSE v.tier END AS tier_before
  ) b
  JOIN segmentation_figures f ON f.version = n.version AND f.customer_id = n.customer_id
 WHERE n.version = %(version)s
   AND (n.tier, n.size, n.abc_class) IS DISTINCT FROM (b.tier_before, b.size, b.abc_class)
