-- Makes: nothing; answers how each asked customer is to be served: what Service says, in its order, with the asked code first.
-- Reads: customers_customer by its unique code, customers_account by its number, up merged_into by primary key; units by primary key;
--        contracts and changes of limits by customer.
-- May run again: yes.
-- A code is a customer's own, else an account number; a merged file's means the one that survives.
-- Besides row-level security only what stands below the system's unit (%(home)s is its path) is answered.
WITH RECURSIVE asked AS (
    SELECT DISTINCT code FROM unnest(%(codes)s::text[]) AS code
),
chain AS (
    SELECT asked.code AS asked, coalesce(c.id, a.customer_id) AS id
      FROM asked
      LEFT JOIN customers_customer c ON c.code = asked.code
      LEFT JOIN customers_account a ON a.account_no = asked.code AND c.id IS NULL
    UNION
    SELECT chain.asked, c.merged_into_id
      FROM chain
      JOIN customers_customer c ON c.id = chain.id
     WHERE c.merged_into_id IS NOT NULL
)
SELECT chain.asked, c.code, c.name, c.status, nullif(c.tier, ''), nullif(c.abc_class, ''),
       nullif(terms.settlement, ''), c.credit_limit, kept.valid_until,
       concat_ws(E'\n', nullif(c.warnings, ''), nullif(c.attention, ''), nullif(c.special_operations, '')),
       (SELECT business_date FROM core_version WHERE is_current)
  FROM chain
  JOIN customers_customer c ON c.id = chain.id AND c.merged_into_id IS NULL
  JOIN organization_orgunit u ON u.id = c.org_unit_id AND starts_with(u.path, %(home)s)
  LEFT JOIN LATERAL (
       SELECT settlement FROM contracts_contract
        WHERE customer_id = c.id AND stage IN ('signed', 'terminated') AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on >= %(day)s)
        ORDER BY starts_on DESC, id DESC LIMIT 1
  ) terms ON true
  LEFT JOIN LATERAL (
       SELECT amount, valid_until FROM customers_creditlimitchange
        WHERE customer_id = c.id ORDER BY changed_at DESC, id DESC LIMIT 1
  ) kept ON kept.amount = c.credit_limit
