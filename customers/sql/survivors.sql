-- Makes: nothing; answers asked code, id, code of the file that survives where files were merged.
-- Reads: customers_customer by its unique code, then up merged_into by primary key.
-- May run again: yes.
WITH RECURSIVE chain AS (
    SELECT code AS asked, id, code, merged_into_id
      FROM customers_customer
     WHERE code = ANY (%(codes)s)
    UNION
    SELECT chain.asked, next.id, next.code, next.merged_into_id
      FROM chain
      JOIN customers_customer next ON next.id = chain.merged_into_id
)
SELECT asked, id, code
  FROM chain
 WHERE merged_into_id IS NULL
