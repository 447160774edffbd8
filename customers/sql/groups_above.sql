-- Makes: nothing; answers code, id, code of the group company, for these codes and all above them.
-- Reads: customers_customer by its unique code, then up parent by primary key.
-- May run again: yes.
WITH RECURSIVE above AS (
    SELECT id, code, parent_id
      FROM customers_customer
     WHERE code = ANY (%(codes)s)
    UNION
    SELECT parent.id, parent.code, parent.parent_id
      FROM above
      JOIN customers_customer parent ON parent.id = above.parent_id
)
SELECT above.code, above.id, parent.code
  FROM above
  LEFT JOIN customers_customer parent ON parent.id = above.parent_id
