"""Money moves with the file of its customer: all of it, while a merge is under way, and never else."""

import importlib

from django.db import migrations

ledger = importlib.import_module("contracts.migrations.0002_ledger")
summary = importlib.import_module("contracts.migrations.0005_ageing_summary")
weeks = importlib.import_module("contracts.migrations.0007_due_weeks")

# An allocation's customer is its line's: it may follow the line, and nothing else of it changes.
APPEND_ONLY = """
CREATE OR REPLACE FUNCTION contracts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'customer_id' = to_jsonb(OLD) - 'customer_id'
           AND NEW.customer_id = (SELECT l.customer_id FROM contracts_planline l WHERE l.id = NEW.line_id) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of the ledger are never changed or deleted: book a negative row'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_append_only';
END $$;
DROP TRIGGER append_only ON contracts_allocation;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON contracts_allocation
    FOR EACH ROW EXECUTE FUNCTION contracts_refuse_change();
GRANT UPDATE (customer_id) ON contracts_allocation TO crm_job;
"""
APPEND_ONLY_BACK = """
REVOKE UPDATE (customer_id) ON contracts_allocation FROM crm_job;
DROP TRIGGER append_only ON contracts_allocation;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON contracts_allocation
    FOR EACH STATEMENT EXECUTE FUNCTION contracts_refuse_change();
"""

BOOKED = """
CREATE OR REPLACE FUNCTION contracts_keep_what_is_booked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Rows of the ledger that do not cancel out on their day hold line and receipt where they are, unless
-- the two customers are becoming one file, or two again.
DECLARE
    held boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM contracts_allocation WHERE %I = $1'
                   ' GROUP BY line_id, receipt_id, allocated_on HAVING sum(amount) <> 0)', TG_ARGV[0])
       INTO held USING NEW.id;
    IF held AND (NEW.currency <> OLD.currency OR to_jsonb(NEW) ->> 'state' = 'void' OR NOT EXISTS (
           SELECT 1 FROM customers_merge m
            WHERE m.state IN ('waiting', 'undoing')
              AND (m.customer_id, m.merged_id) IN ((NEW.customer_id, OLD.customer_id),
                                                   (OLD.customer_id, NEW.customer_id)))) THEN
        RAISE EXCEPTION 'money is booked here: customer and currency stay, and a line is not made void'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_keeps_what_is_booked';
    END IF;
    RETURN NEW;
END $$;
"""
# What stood before, without its triggers.
BOOKED_BACK = ledger.BOOKED.partition("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")

SUMS = (*summary.SUMS, *weeks.WEEKS)
RESTATE = f"""
CREATE FUNCTION contracts_restate_ageing(customers bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- These customers' ageing in the version everyone reads, from the ledger as it stands; the sums by unit,
-- manager and tier are told the difference. The lock: as in contracts_follow_moves().
DECLARE
    current_version core_version;
    sign integer;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('contracts_ageingsummary'));
    SELECT * INTO current_version FROM core_version WHERE is_current;
    IF current_version.id IS NULL THEN
        RETURN;
    END IF;
    FOREACH sign IN ARRAY '{{-1, 1}}'::integer[] LOOP
        IF sign = 1 THEN
            DELETE FROM contracts_ageing WHERE version = current_version.id AND customer_id = ANY (customers);
            INSERT INTO contracts_ageing (version, customer_id, currency, {", ".join(SUMS)}, oldest_due_on,
                                          org_unit_id, account_manager_id)
            SELECT current_version.id, a.customer_id, a.currency, {", ".join(f"a.{name}" for name in summary.SUMS)},
                   coalesce(w.w1, 0), coalesce(w.w2, 0), coalesce(w.w3, 0), coalesce(w.w4, 0), a.oldest_due_on,
                   c.org_unit_id, c.account_manager_id
              FROM contracts_ageing_at(current_version.business_date, customers) a
              JOIN customers_customer c ON c.id = a.customer_id
              LEFT JOIN contracts_due_weeks(current_version.business_date, customers) w
                     ON w.customer_id = a.customer_id AND w.currency = a.currency;
        END IF;
        INSERT INTO contracts_ageingsummary (version, org_unit_id, account_manager_id, tier, currency, customers,
               {", ".join(SUMS)}, {", ".join(f"n_{name}" for name in summary.COUNTED)})
        SELECT a.version, a.org_unit_id, a.account_manager_id, c.tier, a.currency, sign,
               {", ".join(f"sign * a.{name}" for name in SUMS)},
               {", ".join(f"sign * (a.{name} > 0)::int" for name in summary.COUNTED)}
          FROM contracts_ageing a
          JOIN customers_customer c ON c.id = a.customer_id
         WHERE a.version = current_version.id AND a.customer_id = ANY (customers);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION contracts_restate_ageing(bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contracts_restate_ageing(bigint[]) TO crm_job;

CREATE FUNCTION contracts_due_weeks(day date, customers bigint[])
RETURNS TABLE (customer_id bigint, currency text, w1 numeric, w2 numeric, w3 numeric, w4 numeric)
LANGUAGE sql STABLE AS $$
-- What is open at the end of the day and falls due in each of the four weeks after it, as in
-- contracts/sql/write_ageing.sql, of these customers.
WITH later AS (
    SELECT a.line_id, sum(a.amount) AS amount FROM contracts_allocation a
     WHERE a.allocated_on > day AND a.customer_id = ANY (customers) GROUP BY a.line_id
), coming AS (
    SELECT l.customer_id, l.currency, (l.due_on - day + 6) / 7 AS week,
           l.amount - l.paid + coalesce(n.amount, 0) AS remainder
      FROM contracts_planline l
      LEFT JOIN later n ON n.line_id = l.id
     WHERE l.due_on > day AND l.due_on <= day + 28 AND l.issued_on <= day AND l.customer_id = ANY (customers)
       AND (l.state = 'open' OR l.state = 'written_off' AND l.written_off_on > day)
)
SELECT c.customer_id, c.currency::text, sum(c.remainder) FILTER (WHERE week = 1),
       sum(c.remainder) FILTER (WHERE week = 2), sum(c.remainder) FILTER (WHERE week = 3),
       sum(c.remainder) FILTER (WHERE week = 4)
  FROM coming c WHERE c.remainder > 0
 GROUP BY c.customer_id, c.currency
$$;
"""
RESTATE_BACK = """
DROP FUNCTION contracts_restate_ageing(bigint[]); DROP FUNCTION contracts_due_weeks(date, bigint[]);
"""


class Migration(migrations.Migration):
    """The ledger's triggers know of merges; the ageing can be stated anew for single customers."""

    dependencies = [("contracts", "0008_ageing_follows_together"), ("customers", "0015_merge_protection")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
        migrations.RunSQL(BOOKED, BOOKED_BACK),
        migrations.RunSQL(RESTATE, RESTATE_BACK),
    ]
