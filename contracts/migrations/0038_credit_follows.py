"""The judgement of credit with the end of limits, in few locks; the points of a rating stand in its rule alone."""

from importlib import import_module

from django.db import migrations

made = import_module("contracts.migrations.0024_credit_functions")

CREDIT_AT = """
DROP FUNCTION contracts_credit_at(date, text, bigint[]);
CREATE FUNCTION contracts_credit_at(day date, home text, customers bigint[] DEFAULT NULL)
RETURNS TABLE (customer_id bigint, currency text, credit_limit numeric, limit_of text, lapsed boolean,
               limit_until date, receivables numeric, unbilled numeric, orders numeric, unallocated numeric,
               deposit numeric, exposure numeric, pooled numeric, used numeric, overdue numeric, worst_days integer,
               held boolean, release_until date, release_ceiling numeric)
LANGUAGE plpgsql STABLE ROWS 100000 SET plan_cache_mode = force_custom_plan SET jit = off AS $$
#variable_conflict use_column
-- What customers stand for at the end of `day`. Limit and deposit are in the company's currency (`home`).
-- `customers` are looked at whatever they owe, and with their whole groups, who may share a limit; NULL: all that
-- owe, ship or are held, or ever did. A limit past its end counts half until it is renewed; that of a group ends
-- when its owner's does. ROWS is that of a night: who asks for few says so to the tables beside.
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
        UNION SELECT l.customer_id, l.currency FROM contracts_planline l WHERE $3 IS NULL AND l.state <> 'void'
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
        SELECT a.customer_id, a.owner_id, a.credit_limit, given.valid_until,
               coalesce(given.valid_until < $1, false) AS lapsed
          FROM above a
          LEFT JOIN LATERAL (
            SELECT l.valid_until FROM customers_creditlimitchange l
             WHERE l.customer_id = a.owner_id AND l.amount = a.credit_limit
             ORDER BY l.changed_at DESC, l.id DESC LIMIT 1
          ) given ON true
         WHERE a.credit_limit IS NOT NULL
    ), owed AS (
        SELECT p.customer_id, p.currency, l.owner_id, coalesce(l.lapsed, false) AS lapsed, l.valid_until,
               CASE WHEN l.lapsed THEN round(l.credit_limit / 2, 2) ELSE l.credit_limit END AS credit_limit,
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
    SELECT e.customer_id, e.currency::text, e.credit_limit, e.limit_of, e.lapsed, e.valid_until, e.receivables,
           e.unbilled, e.orders, e.unallocated, e.deposit, e.exposure, coalesce(g.pooled, e.exposure),
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
CREDIT_AT_BACK = made.CREDIT_AT_BACK + ";" + made.CREDIT_AT

KEEP = """
DROP FUNCTION contracts_keep_credit(bigint[], date, text, text, bigint);
CREATE FUNCTION contracts_keep_credit(customers bigint[], day date, home text, cause text, night bigint DEFAULT NULL,
                                      catches_up integer DEFAULT 0) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET jit = off AS $$
#variable_conflict use_column
-- The state of these customers and of their groups as of now, from the full state and under a lock on each row;
-- with `night` as that version says of those it says something new of, but for rows judged after its data were read
-- or for a later day. A night more than `catches_up` days behind is no night that was missed: the books end there.
-- A decision is written where something changed; returns how many. The same facts on the same day say the same.
-- A file that was merged away has no state any more.
DECLARE
    ids bigint[] := CASE WHEN night IS NULL THEN contracts_with_groups(customers) ELSE ARRAY(
        SELECT DISTINCT c.customer_id
          FROM contracts_credit c
          LEFT JOIN contracts_creditstate k ON k.customer_id = c.customer_id AND k.currency = c.currency
         WHERE c.version = night
           AND (k.credit_limit, k.limit_of, k.limit_until, k.receivables, k.unbilled, k.orders, k.unallocated,
                k.deposit, k.pooled, k.overdue, k.worst_days, k.state, k.shown, k.reasons::text[], k.held,
                k.release_until, k.release_ceiling)
               IS DISTINCT FROM
               (c.credit_limit, c.limit_of, c.limit_until, c.receivables, c.unbilled, c.orders, c.unallocated,
                c.deposit, c.pooled, c.overdue, c.worst_days, c.state, c.shown, c.reasons, c.held,
                c.release_until, c.release_ceiling)
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
    WITH kept AS (
        SELECT * FROM contracts_creditstate k WHERE k.customer_id = ANY (ids)
    ), facts AS (
        SELECT f.*, NULL AS found FROM contracts_credit_at($2, $3, ids) f WHERE night IS NULL
        UNION ALL
        SELECT c.customer_id, c.currency, c.credit_limit, c.limit_of, 'limit_lapsed' = ANY (c.reasons), c.limit_until,
               c.receivables, c.unbilled, c.orders, c.unallocated, c.deposit, c.exposure, c.pooled,
               CASE WHEN c.credit_limit > 0 THEN greatest(c.pooled, 0) / c.credit_limit END,
               c.overdue, c.worst_days, c.held, c.release_until, c.release_ceiling, c.before
          FROM contracts_credit c
         WHERE night IS NOT NULL AND c.version = night AND c.customer_id = ANY (ids)
           AND NOT EXISTS (SELECT 1 FROM customers_customer m
                            WHERE m.id = c.customer_id AND m.merged_into_id IS NOT NULL)
    ), compared AS (
        SELECT f.*, k.state AS was, k.shown AS was_shown, k.reasons::text[] AS had, k.held AS was_held,
               k.credit_limit AS had_limit, k.release_until AS had_release,
               coalesce(f.found, CASE WHEN k.day = $2 AND (k.credit_limit, k.pooled, k.overdue, k.worst_days)
                                      IS NOT DISTINCT FROM (f.credit_limit, f.pooled, f.overdue, f.worst_days)
                                      THEN k.before ELSE k.state END, 'clear') AS before
          FROM facts f
          LEFT JOIN kept k ON k.customer_id = f.customer_id AND k.currency = f.currency
         WHERE night IS NULL OR k.id IS NULL
            OR k.judged_at <= read_at AND (k.day IS NULL OR k.day <= $2 OR k.day > $2 + catches_up)
    ), judged AS (
        SELECT c.*, contracts_next_credit_state(c.before, c.used, c.overdue, c.worst_days, marks) AS state
          FROM compared c
    ), told AS (
        SELECT j.*, contracts_shown_credit_state(j.state, j.held, j.release_until, j.release_ceiling, j.exposure, $2)
                   AS shown,
               contracts_credit_reasons(j.state, j.used, j.overdue, j.worst_days, j.limit_of, j.lapsed, marks)
                   AS reasons
          FROM judged j
    ), written AS (
        INSERT INTO contracts_creditstate AS k (customer_id, currency, credit_limit, limit_of, limit_until,
               receivables, unbilled, orders, unallocated, deposit, exposure, pooled, used, overdue, worst_days,
               state, shown, reasons, held, release_until, release_ceiling, before, day, judged_at, since)
        SELECT t.customer_id, t.currency, t.credit_limit, t.limit_of, t.limit_until, t.receivables, t.unbilled,
               t.orders, t.unallocated, t.deposit, t.exposure, t.pooled, t.used, t.overdue, t.worst_days, t.state,
               t.shown, t.reasons, t.held, t.release_until, t.release_ceiling, t.before, $2, clock_timestamp(),
               clock_timestamp()
          FROM told t ORDER BY t.customer_id, t.currency
        ON CONFLICT (customer_id, currency) DO UPDATE
           SET (credit_limit, limit_of, limit_until, receivables, unbilled, orders, unallocated, deposit, exposure,
                pooled, used, overdue, worst_days, state, shown, reasons, held, release_until, release_ceiling,
                before, day, judged_at, since)
             = (excluded.credit_limit, excluded.limit_of, excluded.limit_until, excluded.receivables,
                excluded.unbilled, excluded.orders, excluded.unallocated, excluded.deposit, excluded.exposure,
                excluded.pooled, excluded.used, excluded.overdue, excluded.worst_days, excluded.state,
                excluded.shown, excluded.reasons, excluded.held, excluded.release_until, excluded.release_ceiling,
                excluded.before, excluded.day, excluded.judged_at,
                CASE WHEN excluded.shown = k.shown THEN k.since ELSE excluded.since END)
    )
    INSERT INTO contracts_creditdecision (customer_id, currency, day, decided_at, before, state, shown, reasons, cause,
                                          actor, inputs)
    SELECT t.customer_id, t.currency, $2, clock_timestamp(), t.before, t.state, t.shown, t.reasons, $4,
           coalesce(current_setting('app.actor', true), ''),
           jsonb_build_object('limit', t.credit_limit, 'limit_of', t.limit_of, 'limit_until', t.limit_until,
               'receivables', t.receivables, 'unbilled', t.unbilled, 'orders', t.orders,
               'unallocated', t.unallocated, 'deposit', t.deposit, 'exposure', t.exposure, 'pooled', t.pooled,
               'overdue', t.overdue, 'worst_days', t.worst_days, 'held', t.held, 'release_until', t.release_until,
               'release_ceiling', t.release_ceiling, 'marks', to_jsonb(marks))
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
REVOKE ALL ON FUNCTION contracts_keep_credit(bigint[], date, text, text, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contracts_keep_credit(bigint[], date, text, text, bigint, integer) TO crm_app, crm_job;
"""
_KEPT_BEFORE = made.KEEP[made.KEEP.index("CREATE FUNCTION contracts_keep_credit") :]
KEEP_BACK = "DROP FUNCTION contracts_keep_credit(bigint[], date, text, text, bigint, integer);" + _KEPT_BEFORE

RELEASED = """
CREATE FUNCTION contracts_credit_released(state text, held boolean, release_until date, release_ceiling numeric,
                                          exposure numeric, day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
-- Whether a release lets a customer go on although the facts say no.
SELECT coalesce(NOT held AND state IN ('hold', 'stop') AND day <= release_until AND exposure <= release_ceiling, false)
$$;
CREATE OR REPLACE FUNCTION contracts_shown_credit_state(state text, held boolean, release_until date,
                                                        release_ceiling numeric, exposure numeric, day date)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
-- shown_state() of contracts/rules/credit.py: a hold by hand is stop, a release that lasts makes watch of it.
SELECT CASE WHEN held THEN 'stop'
            WHEN contracts_credit_released(state, held, release_until, release_ceiling, exposure, day) THEN 'watch'
            ELSE state END
$$;
"""
_SHOWN_BEFORE = made.MARKS[
    made.MARKS.index("CREATE FUNCTION contracts_shown_credit_state") : made.MARKS.index(
        "CREATE FUNCTION contracts_credit_reasons"
    )
]
RELEASED_BACK = (
    _SHOWN_BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    + "DROP FUNCTION contracts_credit_released(text, boolean, date, numeric, numeric, date);"
)

GROUP_ROOM = """
CREATE FUNCTION contracts_group_room(customer bigint) RETURNS numeric STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = public, pg_temp AS $$
-- What the limit of the nearest company above leaves: less the limits of its other members, of each the highest
-- in its part of the group, for those below stand within that one.
WITH RECURSIVE up AS (
    SELECT p.id, p.parent_id, p.credit_limit
      FROM customers_customer c JOIN customers_customer p ON p.id = c.parent_id WHERE c.id = customer
    UNION
    SELECT p.id, p.parent_id, p.credit_limit
      FROM up JOIN customers_customer p ON p.id = up.parent_id WHERE up.credit_limit IS NULL
), head AS (
    SELECT id, credit_limit FROM up WHERE credit_limit IS NOT NULL
), below AS (
    SELECT c.id, c.credit_limit
      FROM head JOIN customers_customer c ON c.parent_id = head.id WHERE c.id <> customer
    UNION
    SELECT c.id, c.credit_limit
      FROM below b JOIN customers_customer c ON c.parent_id = b.id WHERE b.credit_limit IS NULL AND c.id <> customer
)
SELECT head.credit_limit - coalesce((SELECT sum(below.credit_limit) FROM below), 0) FROM head
$$;
"""

POINTS = "DROP FUNCTION contracts_payment_points(integer)"
POINTS_BACK = made.SCORE[made.SCORE.index("CREATE FUNCTION contracts_payment_points") :]


class Migration(migrations.Migration):
    """The functions anew."""

    dependencies = [("contracts", "0037_limits_end")]
    operations = [
        migrations.RunSQL(CREDIT_AT, CREDIT_AT_BACK),
        migrations.RunSQL(RELEASED, RELEASED_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.RunSQL(GROUP_ROOM, "DROP FUNCTION contracts_group_room(bigint)"),
        migrations.RunSQL(POINTS, POINTS_BACK),
    ]
