-- Makes: tier, size, ABC class, grade, kind, lifecycle and health of the customers equal to a version's, where they differ.
--        What people decided since the version was classified, a tier or a key account, or ended, holds already.
-- Reads: the version's segmentation_classification and segmentation_health by their unique customer index;
--        segmentation_tieroverride and segmentation_keyaccount, of which few are in force.
-- May run again: rows that are equal are not touched, so history records real moves only.
WITH overridden AS (  -- in force now; see classify.sql
    SELECT DISTINCT ON (customer_id) customer_id, tier
      FROM segmentation_tieroverride
     WHERE %(morning)s::date BETWEEN starts_on AND ends_on AND (ended_on IS NULL OR ended_on > %(morning)s::date)
     ORDER BY customer_id, starts_on DESC, id DESC
),
named AS (
    SELECT DISTINCT customer_id
      FROM segmentation_keyaccount
     WHERE starts_on <= %(morning)s::date AND (ends_on IS NULL OR ends_on >= %(morning)s::date)
       AND (ended_on IS NULL OR ended_on > %(morning)s::date)
),
given AS (
    SELECT t.customer_id, t.size, t.abc_class, t.value_grade, t.lifecycle, coalesce(h.grade, '') AS health,
           CASE WHEN (n.customer_id IS NOT NULL) = (t.key_account_kind = 'important') THEN t.key_account_kind
                ELSE segmentation_key_account_kind(n.customer_id IS NOT NULL, t.size, t.reasons @> '[{"code": "potential_score"}]')
           END AS key_account_kind,
           coalesce(o.tier, CASE WHEN t.reasons->0->>'code' = 'override' THEN t.reasons->0->>'tier' ELSE t.tier END) AS tier
      FROM segmentation_classification t
      LEFT JOIN overridden o ON o.customer_id = t.customer_id
      LEFT JOIN named n ON n.customer_id = t.customer_id
      LEFT JOIN segmentation_health h ON h.version = t.version AND h.customer_id = t.customer_id
     WHERE t.version = %(version)s
)
UPDATE customers_customer c
   SET tier = t.tier, size = t.size, abc_class = t.abc_class, value_grade = t.value_grade,
       key_account_kind = t.key_account_kind, lifecycle = t.lifecycle, health = t.health
  FROM given t
 WHERE t.customer_id = c.id
   AND (c.tier, c.size, c.abc_class, c.value_grade, c.key_account_kind, c.lifecycle, c.health)
       IS DISTINCT FROM (t.tier, t.size, t.abc_class, t.value_grade, t.key_account_kind, t.lifecycle, t.health)
