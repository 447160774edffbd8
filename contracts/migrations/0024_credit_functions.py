"""Exposure and credit state (03 B10) from the full state: one computation for every moment and every night."""

from django.db import migrations

UNBILLED = """
CREATE FUNCTION contracts_unbilled_at(day date, customers bigint[] DEFAULT NULL, fresh_days integer DEFAULT 7)
RETURNS TABLE (customer_id bigint, currency text, amount numeric, fresh numeric)
LANGUAGE sql STABLE AS $$
-- What waybills accepted by `day` cost that no plan line asks for yet: what they cost less what confirmed
-- statements billed. A statement that waits for its answer is unbilled still. `fresh`: the part of waybills of
-- the last days that are not delivered yet. `customers` NULL: all with monthly settlement.
-- Customers that are billed elsewhere (statements_from empty): waybills since their newest line was issued,
-- of three months at most.
-- Reads: contracts, the newest line or statement of each customer, then waybills and items of the months from
-- there on, and of months stated anew.
WITH settled AS (
    SELECT c.customer_id, c.currency, min(c.statements_from) AS statements_from
      FROM contracts_contract c
     WHERE c.settlement = 'monthly' AND c.stage NOT IN ('draft', 'in_review') AND c.starts_on <= day
       AND (customers IS NULL OR c.customer_id = ANY (customers))
       AND (c.statements_from IS NOT NULL OR c.ends_on IS NULL OR c.ends_on >= day - 92)
     GROUP BY c.customer_id, c.currency
), last_statement AS (
    SELECT s.customer_id, s.currency, max(s.period_end) AS period_end
      FROM contracts_statement s
     WHERE s.state = 'billed' AND (customers IS NULL OR s.customer_id = ANY (customers))
     GROUP BY s.customer_id, s.currency
), last_line AS (
    SELECT l.customer_id, l.currency, max(l.issued_on) AS issued_on
      FROM contracts_planline l
     WHERE l.state <> 'void' AND l.issued_on <= day AND (customers IS NULL OR l.customer_id = ANY (customers))
     GROUP BY l.customer_id, l.currency
), begun AS (
    SELECT customer_id, currency, s.period_end,
           coalesce(statements_from, greatest(l.issued_on + 1, day - 92)) AS first_day,
           shipments_month(CASE WHEN statements_from IS NULL THEN greatest(l.issued_on + 1, day - 92)
                                ELSE greatest(statements_from, s.period_end - 62) END) AS first_month
      FROM settled
      LEFT JOIN last_statement s USING (customer_id, currency)
      LEFT JOIN last_line l USING (customer_id, currency)
), watched AS (
    SELECT b.*, months.month
      FROM begun b
      CROSS JOIN LATERAL (
        SELECT generate_series(b.first_month, shipments_month(day)) AS month
        UNION
        SELECT r.month FROM shipments_restatement r
         WHERE r.customer_id = b.customer_id AND r.month < b.first_month) months
), parts AS (
    SELECT m.customer_id, m.currency, w.revenue AS amount,
           CASE WHEN w.accepted_on > greatest(day - fresh_days, m.period_end)
                     AND w.status IN ('accepted', 'in_transit') THEN w.revenue ELSE 0 END AS fresh
      FROM watched m
      JOIN shipments_waybill w ON w.customer_id = m.customer_id AND w.month = m.month
     WHERE w.currency = m.currency AND w.status <> 'cancelled' AND w.accepted_on BETWEEN m.first_day AND day
    UNION ALL
    SELECT m.customer_id, m.currency, -i.amount, 0
      FROM watched m
      JOIN contracts_statementitem i ON i.customer_id = m.customer_id AND i.month = m.month
      JOIN contracts_statement s ON s.id = i.statement_id AND s.state = 'billed'
     WHERE i.currency = m.currency AND NOT i.set_aside
)
SELECT p.customer_id, p.currency::text, sum(p.amount), sum(p.fresh)
  FROM parts p GROUP BY p.customer_id, p.currency HAVING sum(p.amount) <> 0 OR sum(p.fresh) <> 0
$$;
"""
UNBILLED_BACK = "DROP FUNCTION contracts_unbilled_at(date, bigint[], integer)"

MARKS = """
CREATE TYPE contracts_creditmarks AS (
    watch_use numeric, hold_use numeric, stop_use numeric, watch_days integer, hold_days integer,
    stop_days integer, least_overdue numeric, margin numeric, fresh_days integer, counts_orders boolean);

CREATE FUNCTION contracts_credit_marks() RETURNS contracts_creditmarks LANGUAGE sql STABLE AS $$
-- As delivered (contracts/rules/credit.py); the app that keeps rule sets puts one in its place that reads them.
SELECT (0.80, 1.00, 1.20, 1, 16, 46, 500.00, 0.05, 7, true)::contracts_creditmarks
$$;

CREATE FUNCTION contracts_credit_reached(used numeric, overdue numeric, days integer, m contracts_creditmarks,
                                         OUT by_use integer, OUT by_days integer) LANGUAGE sql IMMUTABLE AS $$
-- 0 (clear) to 3 (stop), by use of the limit and by days overdue of enough money.
SELECT coalesce((used >= m.watch_use)::int + (used > m.hold_use)::int + (used > m.stop_use)::int, 0),
       CASE WHEN overdue >= m.least_overdue
            THEN (days >= m.watch_days)::int + (days >= m.hold_days)::int + (days >= m.stop_days)::int ELSE 0 END
$$;

CREATE FUNCTION contracts_next_credit_state(before text, used numeric, overdue numeric, days integer,
                                            m contracts_creditmarks) RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- next_state() of contracts/rules/credit.py: up at once, down only past the margin, from stop to hold first.
SELECT (ARRAY['clear', 'watch', 'hold', 'stop'])[1 + CASE WHEN it.reached >= it.was THEN it.reached
           ELSE greatest(it.reached, CASE before WHEN 'stop' THEN 2 ELSE 0 END, least(it.was, it.near)) END]
  FROM (SELECT array_position(ARRAY['clear', 'watch', 'hold', 'stop'], before) - 1 AS was,
               greatest(r.by_use, r.by_days) AS reached,
               coalesce((used >= m.watch_use - m.margin)::int + (used >= m.hold_use - m.margin)::int
                        + (used >= m.stop_use - m.margin)::int, 0) AS near
          FROM contracts_credit_reached(used, overdue, days, m) r) it
$$;

CREATE FUNCTION contracts_shown_credit_state(state text, held boolean, release_until date, release_ceiling numeric,
                                             exposure numeric, day date) RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- shown_state() of contracts/rules/credit.py: a hold by hand is stop, a release that lasts makes watch of it.
SELECT CASE WHEN held THEN 'stop'
            WHEN state IN ('hold', 'stop') AND day <= release_until AND exposure <= release_ceiling THEN 'watch'
            ELSE state END
$$;

CREATE FUNCTION contracts_credit_reasons(state text, used numeric, overdue numeric, days integer, limit_of text,
                                         lapsed boolean, m contracts_creditmarks)
RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
SELECT array_remove(ARRAY[
    CASE WHEN r.by_use > 0 THEN CASE limit_of WHEN 'group' THEN 'group_use' ELSE 'use' END END,
    CASE WHEN r.by_days > 0 THEN 'overdue' END,
    CASE WHEN array_position(ARRAY['clear', 'watch', 'hold', 'stop'], state) - 1 > greatest(r.by_use, r.by_days)
         THEN 'falling' END,
    CASE WHEN lapsed THEN 'limit_lapsed' END], NULL)
  FROM contracts_credit_reached(used, overdue, days, m) r
$$;
"""
MARKS_BACK = """
DROP FUNCTION contracts_credit_reasons(text, numeric, numeric, integer, text, boolean, contracts_creditmarks);
DROP FUNCTION contracts_shown_credit_state(text, boolean, date, numeric, numeric, date);
DROP FUNCTION contracts_next_credit_state(text, numeric, numeric, integer, contracts_creditmarks);
DROP FUNCTION contracts_credit_reached(numeric, numeric, integer, contracts_creditmarks);
DROP FUNCTION contracts_credit_marks(); DROP TYPE contracts_creditmarks;
"""

SCORE = """
CREATE FUNCTION contracts_linear(value numeric, places numeric[], points numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
-- linear() of contracts/rules/payment_score.py: straight lines between places in ascending order, level outside.
SELECT CASE WHEN it.n = 0 THEN points[1]
            WHEN it.n = cardinality(places) THEN points[it.n]
            ELSE points[it.n] + (value - places[it.n]) / (places[it.n + 1] - places[it.n])
                                * (points[it.n + 1] - points[it.n]) END
  FROM (SELECT width_bucket(value, places) AS n) it
$$;

CREATE FUNCTION contracts_payment_points(days integer) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
-- Points for days beyond terms (03 B6).
SELECT CASE WHEN days > 120 THEN 10
            ELSE contracts_linear(days, '{-30,-20,-10,0,15,22,30,60,90,120}', '{100,90,85,80,70,60,50,40,30,20}') END
$$;
"""
SCORE_BACK = """
DROP FUNCTION contracts_payment_points(integer); DROP FUNCTION contracts_linear(numeric, numeric[], numeric[]);
"""

CREDIT_AT = """
CREATE FUNCTION contracts_credit_at(day date, home text, customers bigint[] DEFAULT NULL)
RETURNS TABLE (customer_id bigint, currency text, credit_limit numeric, limit_of text, lapsed boolean,
               receivables numeric, unbilled numeric, orders numeric, unallocated numeric, deposit numeric,
               exposure numeric, pooled numeric, used numeric, overdue numeric, worst_days integer,
               held boolean, release_until date, release_ceiling numeric)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
-- What customers stand for at the end of `day`. Limit and deposit are in the company's currency (`home`).
-- `customers` are looked at whatever they owe, and with their whole groups, who may share a limit; NULL: all that
-- owe, ship or are held, or ever did. A limit past its end counts half until it is renewed.
DECLARE
    marks contracts_creditmarks := contracts_credit_marks();
BEGIN
    RETURN QUERY
    WITH RECURSIVE aged AS MATERIALIZED (
        SELECT a.customer_id, a.currency, a.balance + a.unallocated AS receivables, a.unallocated, a.overdue,
               greatest($1 - a.oldest_due_on, 0) AS worst_days
          FROM contracts_ageing_at($1, $3) a
    ), shipped AS MATERIALIZED (
        SELECT s.customer_id, s.currency, s.amount - s.fresh AS unbilled,
               CASE WHEN marks.counts_orders THEN s.fresh ELSE 0 END AS orders
          FROM contracts_unbilled_at($1, $3, marks.fresh_days) s
    ), payer AS (
        SELECT customer_id, currency FROM aged
        UNION SELECT customer_id, currency FROM shipped
        UNION SELECT k.customer_id, k.currency FROM contracts_creditstate k
               WHERE $3 IS NULL OR k.customer_id = ANY ($3)
        UNION SELECT id, $2 FROM unnest($3) id
        UNION SELECT h.customer_id, $2 FROM contracts_credithold h WHERE h.lifted_on IS NULL AND $3 IS NULL
        UNION SELECT c.id, $2 FROM customers_customer c
               WHERE $3 IS NULL AND c.parent_id IS NOT NULL AND c.credit_limit IS NULL
    ), above AS (  -- up the group to the first that has a limit
        SELECT c.id AS customer_id, c.id AS owner_id, c.parent_id, c.credit_limit
          FROM customers_customer c WHERE c.id IN (SELECT p.customer_id FROM payer p WHERE p.currency = $2)
        UNION
        SELECT a.customer_id, p.id, p.parent_id, p.credit_limit
          FROM above a JOIN customers_customer p ON p.id = a.parent_id
         WHERE a.credit_limit IS NULL
    ), limited AS (
        SELECT a.customer_id, a.owner_id, coalesce(ended.valid_until < $1, false) AS lapsed,
               CASE WHEN ended.valid_until < $1 THEN round(a.credit_limit / 2, 2) ELSE a.credit_limit END AS credit_limit
          FROM above a
          LEFT JOIN LATERAL (
            SELECT l.amount, l.valid_until FROM customers_creditlimitchange l
             WHERE l.customer_id = a.owner_id ORDER BY l.changed_at DESC, l.id DESC LIMIT 1
          ) ended ON ended.amount = a.credit_limit
         WHERE a.credit_limit IS NOT NULL
    ), owed AS (
        SELECT p.customer_id, p.currency, l.owner_id, l.credit_limit, coalesce(l.lapsed, false) AS lapsed,
               CASE WHEN l.owner_id = p.customer_id THEN 'own' WHEN l.owner_id IS NOT NULL THEN 'group' ELSE '' END
                   AS limit_of,
               coalesce(a.receivables, 0) AS receivables, coalesce(s.unbilled, 0) AS unbilled,
               coalesce(s.orders, 0) AS orders, coalesce(a.unallocated, 0) AS unallocated,
               CASE WHEN p.currency = $2 THEN coalesce(c.deposit, 0) ELSE 0 END AS deposit,
               coalesce(a.overdue, 0) AS overdue, coalesce(a.worst_days, 0) AS worst_days
          FROM payer p
          JOIN customers_customer c ON c.id = p.customer_id AND c.merged_into_id IS NULL
          LEFT JOIN aged a ON a.customer_id = p.customer_id AND a.currency = p.currency
          LEFT JOIN shipped s ON s.customer_id = p.customer_id AND s.currency = p.currency
          LEFT JOIN limited l ON l.customer_id = p.customer_id AND p.currency = $2
    ), exposed AS (
        SELECT o.*, o.receivables + o.unbilled + o.orders - o.unallocated - o.deposit AS exposure FROM owed o
    ), shared AS (
        SELECT e.owner_id, sum(e.exposure) AS pooled FROM exposed e WHERE e.owner_id IS NOT NULL GROUP BY e.owner_id
    )
    SELECT e.customer_id, e.currency::text, e.credit_limit, e.limit_of, e.lapsed, e.receivables, e.unbilled,
           e.orders, e.unallocated, e.deposit, e.exposure, coalesce(g.pooled, e.exposure),
           CASE WHEN e.credit_limit > 0 THEN greatest(g.pooled, 0) / e.credit_limit END,
           e.overdue, e.worst_days::integer, h.customer_id IS NOT NULL, r.until, r.ceiling
      FROM exposed e
      LEFT JOIN shared g ON g.owner_id = e.owner_id
      LEFT JOIN (SELECT DISTINCT customer_id FROM contracts_credithold
                  WHERE placed_on <= $1 AND (lifted_on IS NULL OR lifted_on > $1)) h ON h.customer_id = e.customer_id
      LEFT JOIN (SELECT DISTINCT ON (customer_id) customer_id, until, ceiling FROM contracts_creditrelease
                  WHERE granted_on <= $1 AND until >= $1 ORDER BY customer_id, id DESC) r
             ON r.customer_id = e.customer_id AND e.currency = $2;
END $$;
"""
CREDIT_AT_BACK = "DROP FUNCTION contracts_credit_at(date, text, bigint[])"

KEEP = """
CREATE FUNCTION contracts_with_groups(customers bigint[]) RETURNS bigint[] LANGUAGE sql STABLE AS $$
-- These customers and everybody in their groups, in order.
WITH RECURSIVE up AS (
    SELECT c.id, c.parent_id FROM customers_customer c WHERE c.id = ANY (customers)
    UNION
    SELECT p.id, p.parent_id FROM up JOIN customers_customer p ON p.id = up.parent_id
), whole AS (
    SELECT up.id FROM up
    UNION
    SELECT c.id FROM whole JOIN customers_customer c ON c.parent_id = whole.id
)
SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM whole
$$;

CREATE FUNCTION contracts_keep_credit(customers bigint[], day date, home text, cause text,
                                      night bigint DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
-- The state of these customers and of their groups as of now, from the full state and under a lock on each row;
-- with `night` as that version says of those it says something new of, but for rows judged after its data were read.
-- A decision is written where something changed; returns how many. The same facts on the same day say the same.
DECLARE
    ids bigint[] := CASE WHEN night IS NULL THEN contracts_with_groups(customers) ELSE ARRAY(
        SELECT DISTINCT c.customer_id
          FROM contracts_credit c
          LEFT JOIN contracts_creditstate k ON k.customer_id = c.customer_id AND k.currency = c.currency
         WHERE c.version = night
           AND (k.credit_limit, k.limit_of, k.receivables, k.unbilled, k.orders, k.unallocated, k.deposit, k.pooled,
                k.overdue, k.worst_days, k.state, k.shown, k.reasons::text[], k.held, k.release_until, k.release_ceiling)
               IS DISTINCT FROM
               (c.credit_limit, c.limit_of, c.receivables, c.unbilled, c.orders, c.unallocated, c.deposit, c.pooled,
                c.overdue, c.worst_days, c.state, c.shown, c.reasons, c.held, c.release_until, c.release_ceiling)
         ORDER BY c.customer_id) END;
    marks contracts_creditmarks := contracts_credit_marks();
    read_at timestamptz := (SELECT cutoff FROM core_version WHERE id = night);
    decided integer;
BEGIN
    INSERT INTO contracts_creditstate AS k (customer_id, currency, limit_of, receivables, unbilled, orders, unallocated,
           deposit, exposure, pooled, overdue, worst_days, state, shown, reasons, held, before, judged_at, since)
    SELECT id, $3, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 'clear', 'clear', '{}', false, 'clear', '-infinity', now()
      FROM unnest(ids) id ON CONFLICT DO NOTHING;
    PERFORM 1 FROM contracts_creditstate k WHERE k.customer_id = ANY (ids)
      ORDER BY k.customer_id, k.currency FOR UPDATE;
    WITH facts AS (
        SELECT f.*, NULL AS found FROM contracts_credit_at($2, $3, ids) f WHERE night IS NULL
        UNION ALL
        SELECT c.customer_id, c.currency, c.credit_limit, c.limit_of, 'limit_lapsed' = ANY (c.reasons), c.receivables,
               c.unbilled, c.orders, c.unallocated, c.deposit, c.exposure, c.pooled,
               CASE WHEN c.credit_limit > 0 THEN greatest(c.pooled, 0) / c.credit_limit END,
               c.overdue, c.worst_days, c.held, c.release_until, c.release_ceiling, c.before
          FROM contracts_credit c WHERE night IS NOT NULL AND c.version = night AND c.customer_id = ANY (ids)
    ), compared AS (
        SELECT f.*, k.state AS was, k.shown AS was_shown, k.reasons::text[] AS had, k.held AS was_held,
               k.credit_limit AS had_limit, k.release_until AS had_release,
               coalesce(f.found, CASE WHEN k.day = $2 AND (k.credit_limit, k.pooled, k.overdue, k.worst_days)
                                      IS NOT DISTINCT FROM (f.credit_limit, f.pooled, f.overdue, f.worst_days)
                                      THEN k.before ELSE k.state END, 'clear') AS before
          FROM facts f
          LEFT JOIN contracts_creditstate k ON k.customer_id = f.customer_id AND k.currency = f.currency
         WHERE night IS NULL OR k.id IS NULL
            OR k.judged_at <= read_at AND (k.day IS NULL OR k.day <= $2 OR $2 < k.day - 7)
    ), judged AS (
        SELECT c.*, contracts_next_credit_state(c.before, c.used, c.overdue, c.worst_days, marks) AS state
          FROM compared c
    ), told AS (
        SELECT j.*, contracts_shown_credit_state(j.state, j.held, j.release_until, j.release_ceiling, j.exposure, $2)
                   AS shown,
               contracts_credit_reasons(j.state, j.used, j.overdue, j.worst_days, j.limit_of, j.lapsed, marks)
                   AS reasons
          FROM judged j
    ), kept AS (
        INSERT INTO contracts_creditstate AS k (customer_id, currency, credit_limit, limit_of, receivables, unbilled,
               orders, unallocated, deposit, exposure, pooled, used, overdue, worst_days, state, shown, reasons, held,
               release_until, release_ceiling, before, day, judged_at, since)
        SELECT t.customer_id, t.currency, t.credit_limit, t.limit_of, t.receivables, t.unbilled, t.orders,
               t.unallocated, t.deposit, t.exposure, t.pooled, t.used, t.overdue, t.worst_days, t.state, t.shown,
               t.reasons, t.held, t.release_until, t.release_ceiling, t.before, $2, clock_timestamp(),
               clock_timestamp()
          FROM told t ORDER BY t.customer_id, t.currency
        ON CONFLICT (customer_id, currency) DO UPDATE
           SET (credit_limit, limit_of, receivables, unbilled, orders, unallocated, deposit, exposure, pooled, used,
                overdue, worst_days, state, shown, reasons, held, release_until, release_ceiling, before, day,
                judged_at, since)
             = (excluded.credit_limit, excluded.limit_of, excluded.receivables, excluded.unbilled, excluded.orders,
                excluded.unallocated, excluded.deposit, excluded.exposure, excluded.pooled, excluded.used,
                excluded.overdue, excluded.worst_days, excluded.state, excluded.shown, excluded.reasons,
                excluded.held, excluded.release_until, excluded.release_ceiling, excluded.before, excluded.day,
                excluded.judged_at, CASE WHEN excluded.shown = k.shown THEN k.since ELSE excluded.since END)
    )
    INSERT INTO contracts_creditdecision (customer_id, currency, day, decided_at, before, state, shown, reasons, cause,
                                          actor, inputs)
    SELECT t.customer_id, t.currency, $2, clock_timestamp(), t.before, t.state, t.shown, t.reasons, $4,
           coalesce(current_setting('app.actor', true), ''),
           jsonb_build_object('limit', t.credit_limit, 'limit_of', t.limit_of, 'receivables', t.receivables,
               'unbilled', t.unbilled, 'orders', t.orders, 'unallocated', t.unallocated, 'deposit', t.deposit,
               'exposure', t.exposure, 'pooled', t.pooled, 'overdue', t.overdue, 'worst_days', t.worst_days,
               'held', t.held, 'release_until', t.release_until, 'release_ceiling', t.release_ceiling,
               'marks', to_jsonb(marks))
      FROM told t
     WHERE (t.state, t.shown, t.reasons, t.held) IS DISTINCT FROM (t.was, t.was_shown, t.had, t.was_held)
        OR t.release_until IS DISTINCT FROM t.had_release
        OR t.state <> 'clear' AND t.credit_limit IS DISTINCT FROM t.had_limit
     ORDER BY t.customer_id, t.currency;
    GET DIAGNOSTICS decided = ROW_COUNT;
    DELETE FROM contracts_creditstate k USING customers_customer c
     WHERE c.id = k.customer_id AND c.merged_into_id IS NOT NULL AND k.customer_id = ANY (ids);
    RETURN decided;
END $$;
REVOKE ALL ON FUNCTION contracts_keep_credit(bigint[], date, text, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contracts_keep_credit(bigint[], date, text, text, bigint) TO crm_app, crm_job;
"""
KEEP_BACK = """
DROP FUNCTION contracts_keep_credit(bigint[], date, text, text, bigint); DROP FUNCTION contracts_with_groups(bigint[]);
"""


class Migration(migrations.Migration):
    """The functions; what they may write is theirs alone."""

    dependencies = [
        ("contracts", "0023_credit_protection"),
        ("customers", "0035_planned_once"),
        ("shipments", "0017_told_by_number"),
        ("core", "0006_first_filling"),
    ]
    operations = [
        migrations.RunSQL(UNBILLED, UNBILLED_BACK),
        migrations.RunSQL(MARKS, MARKS_BACK),
        migrations.RunSQL(SCORE, SCORE_BACK),
        migrations.RunSQL(CREDIT_AT, CREDIT_AT_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
    ]
