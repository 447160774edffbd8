-- Makes: the version's ageing summed by currency and, as asked, by unit or by manager, over the groups
--   of the given units, managers and tier (NULL: all).
-- Reads: the version's contracts_ageingsummary.
-- May run again: it only reads.
SELECT CASE %(by)s WHEN 'unit' THEN s.org_unit_id WHEN 'manager' THEN s.account_manager_id END AS key,
       s.currency, sum(s.customers)::bigint, sum(s.not_due), sum(s.d1_30), sum(s.d31_60), sum(s.d61_90),
       sum(s.d91_180), sum(s.d181_365), sum(s.d365_plus), sum(s.overdue), sum(s.unallocated),
       sum(s.balance), sum(s.n_not_due)::bigint, sum(s.n_d1_30)::bigint, sum(s.n_d31_60)::bigint,
       sum(s.n_d61_90)::bigint, sum(s.n_d91_180)::bigint, sum(s.n_d181_365)::bigint,
       sum(s.n_d365_plus)::bigint, sum(s.n_overdue)::bigint, sum(s.n_unallocated)::bigint,
       sum(s.due_w1), sum(s.due_w2), sum(s.due_w3), sum(s.due_w4)
  FROM contracts_ageingsummary s
 WHERE s.version = %(version)s
   AND (%(units)s::bigint[] IS NULL OR s.org_unit_id = ANY (%(units)s::bigint[]))
   AND (%(managers)s::bigint[] IS NULL OR s.account_manager_id = ANY (%(managers)s::bigint[]))
   AND (%(tier)s::text IS NULL OR s.tier = %(tier)s::text)
 GROUP BY 1, 2
HAVING sum(s.customers) <> 0
