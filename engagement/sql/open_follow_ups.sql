-- Makes: a follow-up for every active customer that has a manager, no next follow-up, and a service policy by which
--   somebody looks after it; spread over those of the `days` given (workdays in their order) within its days of a call.
-- Reads: customers once, their policies (customers_policy_on) on the day after `day`, `next_follow_up_on`, which a
--   trigger keeps. The customers are locked, by id as services lock them; who just got a follow-up is left out.
-- May run again: yes, whoever got one has a next follow-up.
WITH without AS (
    SELECT id, account_manager_id
      FROM customers_customer
     WHERE status = 'active' AND merged_into_id IS NULL AND account_manager_id IS NOT NULL
       AND next_follow_up_on IS NULL
     ORDER BY id
       FOR NO KEY UPDATE
)
INSERT INTO engagement_task (customer_id, kind, title, due_on, assignee_id, created_at, state, result)
SELECT w.id, 'follow_up', '', (%(days)s::date[])[1 + (w.id %% greatest(within.days, 1))::int],
       w.account_manager_id, now(), 'open', ''
  FROM without w
 CROSS JOIN LATERAL customers_policy_on(w.id, %(day)s::date + 1) p
 CROSS JOIN LATERAL (
       SELECT count(*) AS days FROM unnest(%(days)s::date[]) AS d(day) WHERE d.day <= %(day)s::date + p.call_days
  ) within
 WHERE p.manager <> 'none'
