"""Each night's customer value (C8) and retention (C13), and the functions both are made of."""

from django.db import migrations

from core.protection import secure_rows, versioned_table

VALUE = (
    "customer_id bigint NOT NULL, model text NOT NULL, repeats integer, recency integer, age integer,"
    " p_alive numeric(7, 6), expected_shipments_12m numeric(14, 2), clv_12m numeric(20, 2),"
    " lifetime_value numeric(20, 2), risk_band text NOT NULL, reasons jsonb NOT NULL,"
    " has_contract boolean NOT NULL, sent_before boolean NOT NULL"
)
RETENTION = (
    "org_unit_id bigint NOT NULL, account_manager_id bigint, has_contract boolean NOT NULL,"
    " then_customers bigint NOT NULL, stayed_customers bigint NOT NULL, then_revenue numeric(24, 2) NOT NULL,"
    " revenue numeric(24, 2) NOT NULL, capped_revenue numeric(24, 2) NOT NULL"
)
SECURE_RETENTION = """
ALTER TABLE segmentation_retention ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON segmentation_retention FOR SELECT TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR account_manager_id IN (SELECT app_manager_ids())
);
"""
SECURE_RETENTION_BACK = """
DROP POLICY visible ON segmentation_retention; ALTER TABLE segmentation_retention DISABLE ROW LEVEL SECURITY;
"""

ACTIVE_WEEKS = """
CREATE FUNCTION segmentation_active_weeks(day date, held integer)
RETURNS TABLE (
    customer_id bigint,
    repeats integer,       -- x: active weeks after the first
    recency integer,       -- t_x: weeks from the first active one to the last
    age integer,           -- T: weeks from the first active one to the end
    later integer,         -- active weeks of the `held` ones
    weeks_12m integer,     -- weeks with a shipment in the 12 months to `day`
    sent_before boolean,   -- with a shipment in the 12 months before these
    has_contract boolean   -- settles monthly by the contract in force on `day`
) LANGUAGE sql STABLE AS $$
-- Weeks in which customers shipped, of the last 156; week 0 ends with `day`. The last `held` count as not known yet, and
-- who began in them is left out. Reads shipping days of the months, which the nightly recount keeps, once: a month's
-- days become a bit a week, and all of a customer's a row of bits, week 0 first.
-- The contract is that of contracts_settlement_on(), of all customers at once.
WITH calendar AS (
    SELECT shipments_month(each::date) AS month, (day - each::date) / 7 AS week, each::date AS on_day,
           1 << (extract(day FROM each)::int - 1) AS bit
      FROM generate_series(day - 7 * 156 + 1, day, interval '1 day') AS each
), piece AS (  -- days that a week has in a month
    SELECT c.month, c.week, bit_or(c.bit) AS days FROM calendar c GROUP BY c.month, c.week
), month AS (  -- its weeks, the latest first; days of the 12 months before the last, of the last beyond their 52 weeks
    SELECT p.month, min(p.week) AS first_week, array_agg(p.days ORDER BY p.week) AS days,
           (SELECT bit_or(c.bit) FROM calendar c
             WHERE c.month = p.month AND c.on_day <= shipments_year_before(day)
               AND c.on_day > shipments_year_before(shipments_year_before(day))) AS before,
           (SELECT bit_or(c.bit) FROM calendar c
             WHERE c.month = p.month AND c.week = 52 AND c.on_day > shipments_year_before(day)) AS edge
      FROM piece p
     GROUP BY p.month
), active AS (
    SELECT m.customer_id, coalesce(bool_or(m.shipping_days & p.before <> 0), false) AS sent_before,
           coalesce(bool_or(m.shipping_days & p.edge <> 0), false) AS at_edge,
           bit_or((CASE WHEN m.shipping_days & p.days[1] <> 0 THEN 32 ELSE 0 END
                 | CASE WHEN m.shipping_days & p.days[2] <> 0 THEN 16 ELSE 0 END
                 | CASE WHEN m.shipping_days & p.days[3] <> 0 THEN 8 ELSE 0 END
                 | CASE WHEN m.shipping_days & p.days[4] <> 0 THEN 4 ELSE 0 END
                 | CASE WHEN m.shipping_days & p.days[5] <> 0 THEN 2 ELSE 0 END
                 | CASE WHEN m.shipping_days & p.days[6] <> 0 THEN 1 ELSE 0 END)::bit(6)::bit(162) >> p.first_week) AS weeks
      FROM shipments_customermonth m
      JOIN month p ON p.month = m.month
     WHERE m.month BETWEEN shipments_month(day - 7 * 156 + 1) AND shipments_month(day) AND m.shipping_days <> 0
     GROUP BY m.customer_id
), own AS (
    SELECT a.*, a.weeks << held AS known, length(rtrim(a.weeks::text, '0')) - 1 - held AS age FROM active a
), settled AS (
    SELECT DISTINCT ON (k.customer_id) k.customer_id, k.settlement
      FROM contracts_agreed() k
     WHERE k.stage IN ('signed', 'terminated') AND k.starts_on <= day AND (k.last_on IS NULL OR k.last_on >= day)
     ORDER BY k.customer_id, k.starts_on DESC, k.id DESC
)
SELECT o.customer_id, bit_count(o.known)::int - 1, o.age - position(B'1' in o.known) + 1, o.age,
       (bit_count(o.weeks) - bit_count(o.known))::int,
       bit_count(substring(o.weeks from 1 for 52))::int + o.at_edge::int, o.sent_before,
       coalesce(s.settlement = 'monthly', false)
  FROM own o
  LEFT JOIN settled s ON s.customer_id = o.customer_id
 WHERE o.age >= 0
$$;
"""

EXPECTED_WEEKS = """
CREATE FUNCTION segmentation_expected_weeks(
    repeats integer, recency integer, age integer, ahead integer,
    r double precision, alpha double precision, a double precision, b double precision,
    OUT p_alive double precision, OUT weeks double precision)
IMMUTABLE STRICT PARALLEL SAFE LANGUAGE plpgsql AS $$
-- BG/NBD (segmentation/rules/lifetimes.py) of a customer who came back: whether it still is one, and how many of the
-- `ahead` weeks it will be active in, at most all of them.
DECLARE
    x double precision := repeats;
    z double precision := ahead / (alpha + age + ahead);
    near_a double precision := CASE WHEN abs(a - 1) < 1e-6 THEN 1 + 1e-6 ELSE a END;  -- at 1 it is 0 / 0
    c double precision := near_a + b + x - 1;
    high double precision := near_a + b - 1 - r;  -- parameters of the series after Euler's transformation
    low double precision := near_a - 1;
    term double precision := power(1 - z, near_a - 1);
    total double precision;
    n integer := 0;
BEGIN
    IF repeats < 1 THEN
        RETURN;
    END IF;
    IF high <= -1 THEN  -- its terms would alternate: the plain series
        high := r + x;
        low := b + x;
        term := power(1 - z, r + x);
    END IF;
    p_alive := 1 / (1 + exp(greatest(-700, least(700,
        ln(a) - ln(b + x - 1) + (r + x) * (ln(alpha + age) - ln(alpha + recency))))));
    total := term;
    WHILE abs(term) > 1e-16 * abs(total) AND n < 5000 LOOP
        term := term * (high + n) * (low + n) / ((c + n) * (n + 1)) * z;
        total := total + term;
        n := n + 1;
    END LOOP;
    weeks := least((c / (near_a - 1)) * (1 - total) * p_alive, ahead);
END $$;
"""


class Migration(migrations.Migration):
    """Two versioned tables, their row-level security, two functions."""

    dependencies = [
        ("segmentation", "0022_simulated_classes"),
        ("shipments", "0011_shipping_days"),
        ("contracts", "0045_days_of_settlement"),
    ]
    operations = [
        versioned_table(
            "segmentation_customervalue", VALUE, indexes=["UNIQUE (customer_id)", "(clv_12m DESC, customer_id)"]
        ),
        secure_rows("segmentation_customervalue"),
        versioned_table("segmentation_retention", RETENTION, indexes=["(org_unit_id)", "(account_manager_id)"]),
        migrations.RunSQL(SECURE_RETENTION, SECURE_RETENTION_BACK),
        migrations.RunSQL(ACTIVE_WEEKS, "DROP FUNCTION segmentation_active_weeks(date, integer)"),
        migrations.RunSQL(
            EXPECTED_WEEKS,
            "DROP FUNCTION segmentation_expected_weeks(integer, integer, integer, integer, double precision,"
            " double precision, double precision, double precision)",
        ),
    ]
