-- Makes: the items of the new statements `statements`: each waybill accepted up to the period's end
--   while statements bill its customer, with what it costs less what it was billed with before. Late,
--   corrected and cancelled ones are therefore there with their difference, and nothing is billed twice.
--   What was billed by statements before stays theirs, however the customer settles by then.
-- Reads: contracts_monthly_days (migration days_until_renewal); waybills and items of the customers, in the
--   months since the last statement (and two before) and in those that were stated anew after publication
--   (shipments_restatement).
-- May run again: no, once for each statement, under the lock of its contract.
WITH made AS (
    SELECT s.id, s.customer_id, s.currency, s.period_start, s.period_end, settled.stated,
           shipments_month(least(s.period_start, coalesce(before.period_end, lower(settled.stated)))) - 2 AS first_month
      FROM contracts_statement s
      JOIN contracts_monthly_days((SELECT array_agg(customer_id) FROM contracts_statement
                                    WHERE id = ANY (%(statements)s::bigint[]))) settled
           ON settled.customer_id = s.customer_id AND settled.currency = s.currency
      CROSS JOIN LATERAL (
        SELECT max(o.period_end) AS period_end FROM contracts_statement o
         WHERE o.customer_id = s.customer_id AND o.currency = s.currency AND o.period_end < s.period_end) before
     WHERE s.id = ANY (%(statements)s::bigint[])
), watched AS (
    SELECT m.*, months.month
      FROM made m
      CROSS JOIN LATERAL (
        SELECT generate_series(m.first_month, shipments_month(m.period_end)) AS month
        UNION
        SELECT r.month FROM shipments_restatement r
         WHERE r.customer_id = m.customer_id AND r.month < m.first_month) months
), billed AS (
    SELECT m.id, i.waybill_no, min(i.month) AS month, min(i.accepted_on) AS accepted_on, sum(i.amount) AS amount
      FROM watched m
      JOIN contracts_statementitem i ON i.customer_id = m.customer_id AND i.month = m.month
     WHERE i.currency = m.currency AND NOT i.set_aside
     GROUP BY m.id, i.waybill_no
), owed AS (
    SELECT m.id, w.waybill_no, w.month, w.accepted_on, w.revenue
      FROM watched m
      JOIN shipments_waybill w ON w.customer_id = m.customer_id AND w.month = m.month
     WHERE w.currency = m.currency AND w.status <> 'cancelled'
       AND w.accepted_on <= m.period_end
       AND (w.accepted_on <@ m.stated
            OR EXISTS (SELECT FROM billed b WHERE b.id = m.id AND b.waybill_no = w.waybill_no AND b.amount <> 0))
)
INSERT INTO contracts_statementitem (statement_id, customer_id, waybill_no, month, accepted_on, kind,
                                     amount, currency, disputed, dispute_note, set_aside)
SELECT id, s.customer_id, waybill_no, coalesce(owed.month, billed.month),
       coalesce(owed.accepted_on, billed.accepted_on),
       CASE WHEN coalesce(billed.amount, 0) <> 0 AND owed.revenue IS NULL THEN 'cancelled'
            WHEN coalesce(billed.amount, 0) <> 0 THEN 'corrected'
            WHEN owed.accepted_on < s.period_start THEN 'late' ELSE 'new' END,
       coalesce(owed.revenue, 0) - coalesce(billed.amount, 0), s.currency, false, '', false
  FROM owed
  FULL JOIN billed USING (id, waybill_no)
  JOIN contracts_statement s USING (id)
 WHERE coalesce(owed.revenue, 0) <> coalesce(billed.amount, 0)
