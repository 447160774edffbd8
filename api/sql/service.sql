-- Makes: nothing; answers how each asked customer is to be served: what Service says, in its order, with the asked code first.
-- Reads: customers_customer by its unique code, customers_account by its number, up merged_into by primary key; units by primary key;
--        contracts, kept credit states and deviations from the service policy by customer. A release and a deviation
--        lapse by being read.
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
SELECT chain.asked, c.code, c.name, c.status, nullif(c.tier, ''), nullif(c.abc_class, ''), nullif(c.value_grade, ''),
       nullif(c.key_account_kind, ''), policy.code, policy.answer_hours, policy.solution_days,
       array_remove(ARRAY[CASE WHEN policy.first THEN 'first' END, CASE WHEN policy.best THEN 'best' END,
                          CASE WHEN policy.favourable THEN 'favourable' END], NULL),
       terms.settlement, coalesce(worst.now, 'clear'),
       CASE WHEN ours.id IS NULL THEN c.credit_limit ELSE ours.credit_limit END, coalesce(ours.exposure, 0.00),
       CASE WHEN ours.released THEN greatest(ours.release_ceiling - ours.exposure, 0)
            WHEN ours.credit_limit > 0 THEN greatest(ours.credit_limit - greatest(ours.pooled, 0), 0)
            WHEN ours.id IS NULL AND c.credit_limit > 0 THEN c.credit_limit END,
       CASE WHEN worst.held THEN ARRAY['held'] ELSE '{}' END
           || CASE WHEN worst.released THEN ARRAY['released'] ELSE '{}' END
           || coalesce(worst.reasons::text[], '{}'),
       CASE WHEN ours.released THEN ours.release_until ELSE ours.limit_until END,
       concat_ws(E'\n', nullif(c.warnings, ''), nullif(c.attention, ''), nullif(c.special_operations, '')),
       (SELECT business_date FROM core_version WHERE is_current)
  FROM chain
  JOIN customers_customer c ON c.id = chain.id AND c.merged_into_id IS NULL
  JOIN organization_orgunit u ON u.id = c.org_unit_id AND starts_with(u.path, %(home)s)
  JOIN LATERAL customers_policy_on(c.id, %(day)s) policy ON true
  LEFT JOIN LATERAL contracts_settlement_on(c.id, %(day)s) terms ON true
  LEFT JOIN LATERAL (
       SELECT k.*, contracts_credit_released(k.state, k.held, k.release_until, k.release_ceiling, k.exposure, %(day)s)
                   AS released
         FROM contracts_creditstate k WHERE k.customer_id = c.id AND k.currency = %(currency)s
  ) ours ON true
  LEFT JOIN LATERAL (
       SELECT s.*
         FROM (SELECT k.held, k.reasons,
                      contracts_credit_released(k.state, k.held, k.release_until, k.release_ceiling, k.exposure,
                                                %(day)s) AS released,
                      contracts_shown_credit_state(k.state, k.held, k.release_until, k.release_ceiling, k.exposure,
                                                   %(day)s) AS now
                 FROM contracts_creditstate k WHERE k.customer_id = c.id) s
        ORDER BY array_position(ARRAY['stop', 'hold', 'watch', 'clear'], s.now) LIMIT 1
  ) worst ON true
