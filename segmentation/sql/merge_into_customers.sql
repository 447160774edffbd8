-- Makes: tier, size, ABC class, grade, kind and lifecycle of the customers equal to a version's, where they differ.
-- Reads: the version's segmentation_classification by its unique customer index.
-- May run again: rows that are equal are not touched, so history records real moves only.
UPDATE customers_customer c
   SET tier = t.tier, size = t.size, abc_class = t.abc_class, value_grade = t.value_grade,
       key_account_kind = t.key_account_kind, lifecycle = t.lifecycle
  FROM segmentation_classification t
 WHERE t.version = %(version)s AND t.customer_id = c.id
   AND (c.tier, c.size, c.abc_class, c.value_grade, c.key_account_kind, c.lifecycle)
       IS DISTINCT FROM (t.tier, t.size, t.abc_class, t.value_grade, t.key_account_kind, t.lifecycle)
