-- Makes: a follow-up for every active customer that is large or medium, has a manager and no next
--   follow-up; spread over the `days` given (workdays in their order), the large ones over the first `soon`.
-- Reads: customers once (sizes of the last night), `next_follow_up_on`, which a trigger keeps.
--   The customers are locked, by id as services lock them; who just got a follow-up is left out.
-- May run again: yes, whoever got one has a next follow-up.
WITH without AS (
    SELECT id, size, account_manager_id
      FROM customers_customer
     WHERE status = 'active' AND merged_into_id IS NULL AND account_manager_id IS NOT NULL
       AND size IN ('large', 'medium') AND next_follow_up_on IS NULL
     ORDER BY id
       FOR NO KEY UPDATE
)
INSERT INTO engagement_task (customer_id, kind, title, due_on, assignee_id, created_at, state, result)
SELECT w.id, 'follow_up', '',
       (%(days)s::date[])[1 + (w.id %% CASE w.size WHEN 'large' THEN %(soon)s
                                                   ELSE cardinality(%(days)s::date[]) END)::int],
       w.account_manager_id, now(), 'open', ''
  FROM without w
