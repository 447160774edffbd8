-- Makes: how each commitment of a contract in force in `month` was kept in that month, and in the
--   12 months that end with it, from the month on in which the contract began. A share of nothing is null.
--   A complaint that nobody has answered counts once its time is over, with the hours by the end of `day`.
-- Reads: commitments; their customers' months by (customer, month), for damage their waybills
--   (index waybill_customer_accepted by month), for answers their complaints.
-- May run again: yes, a result is unique by commitment and month; what was stated anew is measured anew.
WITH promised AS (
    SELECT c.id, c.customer_id, c.measure, c.agreed,
           greatest(shipments_month(k.starts_on), %(month)s::int - 11) AS first_month
      FROM contracts_commitment c
      JOIN contracts_agreed() k ON k.id = c.contract_id
     WHERE shipments_month(k.starts_on) <= %(month)s::int
       AND (k.last_on IS NULL OR shipments_month(k.last_on) >= %(month)s::int)
), fact AS (
    SELECT p.id, m.month, sum(m.promised)::numeric AS n, sum(m.on_time)::numeric AS total
      FROM promised p
      JOIN shipments_customermonth m ON m.customer_id = p.customer_id
                                    AND m.month BETWEEN p.first_month AND %(month)s::int
     WHERE p.measure = 'on_time' GROUP BY p.id, m.month
    UNION ALL
    SELECT p.id, w.month, count(*), count(*) FILTER (WHERE w.exception = 'damage')
      FROM promised p
      JOIN shipments_waybill w ON w.customer_id = p.customer_id
                              AND w.month BETWEEN p.first_month AND %(month)s::int
     WHERE p.measure = 'damage' AND w.status <> 'cancelled' GROUP BY p.id, w.month
    UNION ALL
    SELECT p.id, t.month, count(*), sum(t.hours)
      FROM promised p
      CROSS JOIN LATERAL (
        SELECT q.answered_at, shipments_month((q.received_at AT TIME ZONE 'Asia/Shanghai')::date) AS month,
               extract(epoch FROM coalesce(q.answered_at, (%(day)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
                                  - q.received_at) / 3600 AS hours
          FROM engagement_complaint q
         WHERE q.customer_id = p.customer_id) t
     WHERE p.measure = 'response' AND t.month BETWEEN p.first_month AND %(month)s::int
       AND (t.answered_at IS NOT NULL OR t.hours > p.agreed)
     GROUP BY p.id, t.month
), summed AS (
    SELECT p.id, p.customer_id, p.measure, p.agreed,
           coalesce(sum(f.n) FILTER (WHERE f.month = %(month)s::int), 0) AS n,
           sum(f.total) FILTER (WHERE f.month = %(month)s::int) AS total,
           coalesce(sum(f.n), 0) AS year_n, sum(f.total) AS year_total
      FROM promised p LEFT JOIN fact f ON f.id = p.id
     GROUP BY p.id, p.customer_id, p.measure, p.agreed
), kept AS (
    SELECT s.*, round(s.total / nullif(s.n, 0), 6) AS value, round(s.year_total / nullif(s.year_n, 0), 6) AS year_value
      FROM summed s
)
INSERT INTO contracts_commitmentresult AS r
       (commitment_id, customer_id, month, count, value, year_count, year_value, met)
SELECT id, customer_id, %(month)s::int, n, value, year_n, year_value,
       CASE measure WHEN 'on_time' THEN value >= agreed ELSE value <= agreed END
  FROM kept
 ORDER BY id
    ON CONFLICT (commitment_id, month) DO UPDATE
   SET count = excluded.count, value = excluded.value, year_count = excluded.year_count,
       year_value = excluded.year_value, met = excluded.met
 WHERE (r.count, r.value, r.year_count, r.year_value, r.met)
       IS DISTINCT FROM (excluded.count, excluded.value, excluded.year_count, excluded.year_value, excluded.met)
