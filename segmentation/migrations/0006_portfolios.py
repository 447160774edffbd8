"""Each night's moves between tiers, and what the customers of a unit, manager and tier come to.

A page for a branch of 300,000 customers reads some thousand sums instead of all figures. When a
customer gets another unit or manager, rows that take it from the old sums and add it to the new ones
are appended to the current night: readers only ever add up.
"""

from django.db import migrations

from core.protection import secure_rows, versioned_table

MOVE = (
    "customer_id bigint NOT NULL, tier_before text NOT NULL, tier text NOT NULL,"
    " revenue_12m numeric(20, 2) NOT NULL"
)
SUMS = (
    "revenue_12m", "revenue_prev_12m", "revenue_3m", "revenue_prev_3m", "revenue_3m_year_ago",
    "revenue_month", "revenue_month_year_ago", "due", "collected",
)  # fmt: skip
COUNTS = ("promised", "on_time", "nps_answers", "nps_promoters", "nps_detractors")
KEY = "org_unit_id, account_manager_id, tier, receivables_currency"
PORTFOLIO = (
    "org_unit_id bigint NOT NULL, account_manager_id bigint, tier text NOT NULL,"
    " receivables_currency text NOT NULL, customers bigint NOT NULL, "
    + ", ".join(f"{name} numeric(24, 2) NOT NULL" for name in SUMS)
    + ", "
    + ", ".join(f"{name} bigint NOT NULL" for name in COUNTS)
)
_RETURNED = (
    "org_unit_id bigint, account_manager_id bigint, tier text, receivables_currency text,"
    " customers bigint, "
    + ", ".join(f"{name} numeric" for name in SUMS)
    + ", "
    + ", ".join(f"{name} bigint" for name in COUNTS)
)

FUNCTIONS = f"""
CREATE FUNCTION segmentation_portfolios(of_version bigint, one bigint DEFAULT NULL)
RETURNS TABLE ({_RETURNED}) STABLE LANGUAGE sql AS $$
-- Makes: the sums of a version by unit and manager as they stand, by the version's tier, and by the
--   currency of what is due. `one` is a customer's id; NULL means all.
--   NPS counts the answers of 90 days to the version's day (03 A6: 9-10, 0-6).
WITH said AS (
    SELECT r.customer_id, count(*) AS answers, count(*) FILTER (WHERE a.value >= 9) AS promoters,
           count(*) FILTER (WHERE a.value <= 6) AS detractors
      FROM core_version v
      JOIN surveys_response r ON r.answered_on > v.business_date - 90 AND r.answered_on <= v.business_date
      JOIN surveys_answer a ON a.response_id = r.id AND a.question = 'nps' AND a.value IS NOT NULL
     WHERE v.id = of_version AND (one IS NULL OR r.customer_id = one)
     GROUP BY r.customer_id
)
SELECT c.org_unit_id, c.account_manager_id, t.tier, coalesce(f.receivables_currency, ''), count(*),
       {", ".join(f"coalesce(sum(f.{name}), 0)" for name in SUMS)},
       coalesce(sum(f.promised), 0)::bigint, coalesce(sum(f.on_time), 0)::bigint,
       coalesce(sum(s.answers), 0)::bigint, coalesce(sum(s.promoters), 0)::bigint,
       coalesce(sum(s.detractors), 0)::bigint
  FROM segmentation_figures f
  JOIN segmentation_classification t ON t.version = f.version AND t.customer_id = f.customer_id
  JOIN customers_customer c ON c.id = f.customer_id
  LEFT JOIN said s ON s.customer_id = f.customer_id
 WHERE f.version = of_version AND (one IS NULL OR f.customer_id = one)
 GROUP BY c.org_unit_id, c.account_manager_id, t.tier, coalesce(f.receivables_currency, '')
$$;

CREATE FUNCTION segmentation_follow_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The lock: a night that is just summing up waits for the move or is waited for.
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('segmentation_portfolio'));
    INSERT INTO segmentation_portfolio (version, {KEY}, customers, {", ".join(SUMS + COUNTS)})
    SELECT v.id, place.unit, place.manager, p.tier, p.receivables_currency, place.sign * p.customers,
           {", ".join(f"place.sign * p.{name}" for name in SUMS + COUNTS)}
      FROM core_version v
      CROSS JOIN LATERAL segmentation_portfolios(v.id, NEW.id) p
      CROSS JOIN (VALUES (OLD.org_unit_id, OLD.account_manager_id, -1),
                         (NEW.org_unit_id, NEW.account_manager_id, 1)) place (unit, manager, sign)
     WHERE v.is_current
       AND EXISTS (SELECT 1 FROM segmentation_portfolio p WHERE p.version = v.id);  -- else it is to be summed yet
    RETURN NULL;
END $$;
CREATE TRIGGER follow_portfolios AFTER UPDATE OF org_unit_id, account_manager_id ON customers_customer
    FOR EACH ROW WHEN (OLD.org_unit_id <> NEW.org_unit_id
                       OR OLD.account_manager_id IS DISTINCT FROM NEW.account_manager_id)
    EXECUTE FUNCTION segmentation_follow_moves();
"""
FUNCTIONS_BACK = """
DROP TRIGGER follow_portfolios ON customers_customer; DROP FUNCTION segmentation_follow_moves();
DROP FUNCTION segmentation_portfolios(bigint, bigint);
"""

PROTECT = """
ALTER TABLE segmentation_portfolio ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON segmentation_portfolio FOR SELECT TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR account_manager_id IN (SELECT app_manager_ids())
);
"""
PROTECT_BACK = """
DROP POLICY visible ON segmentation_portfolio; ALTER TABLE segmentation_portfolio DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """The versioned tables segmentation_move and segmentation_portfolio."""

    dependencies = [
        ("segmentation", "0005_recent_revenue"),
        ("customers", "0003_groups_above"),
        ("surveys", "0003_scores"),
    ]
    operations = [
        versioned_table(
            "segmentation_move",
            MOVE,
            indexes=["UNIQUE (customer_id)", "(revenue_12m DESC, customer_id)"],
        ),
        secure_rows("segmentation_move"),
        versioned_table(
            "segmentation_portfolio", PORTFOLIO, indexes=["(org_unit_id)", "(account_manager_id)"]
        ),
        migrations.RunSQL(PROTECT, PROTECT_BACK),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
    ]
