-- Makes: how complete each file is by `day` (customers.rules.completeness): score in per cent, missing
--   items in their order, sections that nobody has confirmed for too long. `items` are all there are,
--   `of` their sections, `sections` those that grow old. A file is new until it is confirmed.
-- Reads: customers whole; contacts, owners, contracts and confirmations by customer.
-- May run again: yes, rows that stay the same are left alone.
WITH file AS (
    SELECT c.id, s.items AS asked, s.max_age_days,
           (c.created_at AT TIME ZONE 'Asia/Shanghai')::date AS began,
           array_remove(ARRAY[
               CASE WHEN c.uscc <> '' THEN 'uscc' END,
               CASE WHEN c.legal_representative <> '' THEN 'legal_representative' END,
               CASE WHEN c.ownership <> '' THEN 'ownership' END,
               CASE WHEN c.registered_capital IS NOT NULL THEN 'registered_capital' END,
               CASE WHEN c.founded_on IS NOT NULL THEN 'founded_on' END,
               CASE WHEN EXISTS (SELECT 1 FROM customers_shareholder o WHERE o.customer_id = c.id)
                    THEN 'shareholders' END,
               CASE WHEN c.city <> '' THEN 'city' END,
               CASE WHEN c.address <> '' THEN 'address' END,
               CASE WHEN c.industry <> '' THEN 'industry' END,
               CASE WHEN c.main_business <> '' THEN 'main_business' END,
               CASE WHEN c.employees IS NOT NULL THEN 'employees' END,
               CASE WHEN c.annual_output IS NOT NULL THEN 'annual_output' END,
               CASE WHEN c.scale <> '' THEN 'scale' END,
               CASE WHEN c.industry_position <> '' THEN 'industry_position' END,
               CASE WHEN c.development_plan <> '' THEN 'development_plan' END,
               CASE WHEN c.goods <> '' THEN 'goods' END,
               CASE WHEN c.packaging <> '' THEN 'packaging' END,
               CASE WHEN c.main_stations <> '' THEN 'main_stations' END,
               CASE WHEN c.transport_modes <> '' THEN 'transport_modes' END,
               CASE WHEN c.transport_cycle <> '' THEN 'transport_cycle' END,
               CASE WHEN c.seasonality <> '' THEN 'seasonality' END,
               CASE WHEN c.planned_annual_volume IS NOT NULL THEN 'planned_annual_volume' END,
               CASE WHEN c.services_used <> '{}' THEN 'services_used' END,
               CASE WHEN c.depth <> '' THEN 'depth' END,
               CASE WHEN c.logistics_spend IS NOT NULL THEN 'logistics_spend' END,
               CASE WHEN p.people > 0 THEN 'contact' END,
               CASE WHEN p.deciders > 0 THEN 'decider' END,
               CASE WHEN p.people > 1 THEN 'second_contact' END,
               CASE WHEN c.credit_limit IS NOT NULL THEN 'credit_limit' END,
               CASE WHEN EXISTS (SELECT 1 FROM contracts_agreed() k
                                  WHERE k.customer_id = c.id AND k.starts_on <= %(day)s::date
                                    AND coalesce(k.last_on, 'infinity') >= %(day)s::date)
                    THEN 'contract' END
           ], NULL) AS there
      FROM customers_customer c
      JOIN customers_filestandard s
        ON s.kind = CASE WHEN c.tier = 'potential' OR (c.status = 'prospect' AND c.size = '') THEN 'potential'
                         WHEN c.size IN ('large', 'medium') THEN c.size ELSE 'small' END
     CROSS JOIN LATERAL (
        SELECT count(*) AS people, count(*) FILTER (WHERE t.chain_role = ANY (%(deciders)s::text[])) AS deciders
          FROM customers_contact t WHERE t.customer_id = c.id AND t.is_active) p
     WHERE c.merged_into_id IS NULL
), aged AS (
    SELECT f.*, ARRAY(
               SELECT s.name FROM unnest(%(sections)s::text[]) AS s(name)
                 LEFT JOIN customers_confirmation k ON k.customer_id = f.id AND k.section = s.name
                WHERE %(day)s::date - coalesce(k.confirmed_on, f.began) > f.max_age_days) AS old
      FROM file f
), judged AS (
    SELECT a.id, CASE WHEN i.asked > 0 THEN 100 * i.found / i.asked ELSE 100 END AS score,
           coalesce(i.missing, '{}') AS missing, coalesce(i.stale, '{}') AS stale
      FROM aged a
     CROSS JOIN LATERAL (
        SELECT count(*) AS asked,
               count(*) FILTER (WHERE item = ANY (a.there) AND section <> ALL (a.old)) AS found,
               array_agg(item ORDER BY place) FILTER (WHERE item <> ALL (a.there)) AS missing,
               array_agg(DISTINCT section) FILTER (WHERE item = ANY (a.there) AND section = ANY (a.old)) AS stale
          FROM unnest(%(items)s::text[], %(of)s::text[]) WITH ORDINALITY AS i(item, section, place)
         WHERE item = ANY (a.asked)) i
)
INSERT INTO customers_filestate AS old (customer_id, score, missing, stale, computed_on)
SELECT id, score, missing, stale, %(day)s::date FROM judged
    ON CONFLICT (customer_id) DO UPDATE
   SET score = excluded.score, missing = excluded.missing, stale = excluded.stale,
       computed_on = excluded.computed_on
 WHERE (old.score, old.missing, old.stale) IS DISTINCT FROM (excluded.score, excluded.missing, excluded.stale)
