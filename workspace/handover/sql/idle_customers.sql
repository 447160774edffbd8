-- Makes: customers (id, manager, the day they go to the pool) whose day comes within so many days.
--   A customer is idle since the latest of: made, in this manager's hands, last note, last shipment.
--   A night that comes late takes nobody away who was spoken with since.
--   Those with a valid contract, with an open plan line or recorded as lost stay where they are.
-- Reads: the rules; of tiers that have one customers whole, notes, contracts and plan lines by customer,
--   a version's figures by customer, the history of those that are quiet.
-- May run again: yes, it only reads.
WITH quiet AS MATERIALIZED (
    SELECT c.id, c.account_manager_id, r.idle_days, r.warning_days,
           greatest((c.created_at AT TIME ZONE 'Asia/Shanghai')::date, f.last_accepted_on,
                    (n.last_at AT TIME ZONE 'Asia/Shanghai')::date) AS touched_on
      FROM customers_poolrule r
      JOIN customers_customer c ON c.tier = r.tier
      LEFT JOIN segmentation_figures f ON f.version = %(version)s AND f.customer_id = c.id
      CROSS JOIN LATERAL (SELECT max(written_at) AS last_at FROM engagement_note
                           WHERE customer_id = c.id) n
     WHERE r.idle_days IS NOT NULL
       AND c.account_manager_id IS NOT NULL AND c.merged_into_id IS NULL AND c.status <> 'lost'
       AND (%(managers)s::bigint[] IS NULL OR c.account_manager_id = ANY (%(managers)s::bigint[]))
       AND NOT EXISTS (SELECT FROM contracts_agreed() k WHERE k.customer_id = c.id
                          AND k.starts_on <= %(day)s AND (k.last_on IS NULL OR k.last_on >= %(day)s))
       AND NOT EXISTS (SELECT FROM contracts_planline l WHERE l.customer_id = c.id
                          AND l.state = 'open' AND l.paid < l.amount)
), held AS (
    SELECT q.*, greatest(q.touched_on, (h.since AT TIME ZONE 'Asia/Shanghai')::date) + q.idle_days AS goes_on
      FROM quiet q
      CROSS JOIN LATERAL (SELECT max(at) AS since FROM core_history
                           WHERE table_name = 'customers_customer' AND row_id = q.id::text
                             AND operation = 'U' AND changes ? 'account_manager_id') h
     WHERE q.touched_on + q.idle_days <= %(day)s::date + q.warning_days
)
SELECT id, account_manager_id, goes_on FROM held
 WHERE goes_on <= %(day)s::date + warning_days
 ORDER BY goes_on, id
