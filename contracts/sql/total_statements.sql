-- Makes: amount and number of items of the statements `statements`, without what is set aside.
-- Reads: their items (index statementitem_order).
-- May run again: yes.
UPDATE contracts_statement s
   SET amount = t.amount, item_count = t.number
  FROM (SELECT w.id, coalesce(sum(i.amount), 0) AS amount, count(i.id) AS number
          FROM unnest(%(statements)s::bigint[]) w(id)
          LEFT JOIN contracts_statementitem i ON i.statement_id = w.id AND NOT i.set_aside
         GROUP BY w.id) t
 WHERE s.id = t.id AND (s.amount, s.item_count) IS DISTINCT FROM (t.amount, t.number)
