"""The night's ageing knows whose it is, and is summed by unit, manager and tier; both follow moves.

A page for a branch of 300,000 customers reads some thousand rows of this instead of all ageing rows.
When a customer gets another unit or manager, rows that take it from the old group and add it to the
new one are appended: readers only ever add up.
"""

from django.db import migrations

from core.protection import versioned_table

SUMS = (
    "not_due", "d1_30", "d31_60", "d61_90", "d91_180", "d181_365", "d365_plus", "overdue", "unallocated",
    "balance",
)  # fmt: skip
COUNTED = (*SUMS[:8], "unallocated")  # how many customers have something there
COLUMNS = (
    "org_unit_id bigint NOT NULL, account_manager_id bigint, tier text NOT NULL, currency text NOT NULL,"
    " customers bigint NOT NULL, "
    + ", ".join(f"{name} numeric(22, 2) NOT NULL" for name in SUMS)
    + ", "
    + ", ".join(f"n_{name} bigint NOT NULL" for name in COUNTED)
)

PLACED = """
ALTER TABLE contracts_ageing ADD COLUMN org_unit_id bigint, ADD COLUMN account_manager_id bigint;
UPDATE contracts_ageing a SET org_unit_id = c.org_unit_id, account_manager_id = c.account_manager_id
  FROM customers_customer c WHERE c.id = a.customer_id;
DELETE FROM contracts_ageing WHERE org_unit_id IS NULL;
ALTER TABLE contracts_ageing ALTER COLUMN org_unit_id SET NOT NULL;
"""
PLACED_BACK = "ALTER TABLE contracts_ageing DROP COLUMN org_unit_id, DROP COLUMN account_manager_id"

# The same people as the policies that look the customer up, told by the row itself: a list sorted by
# what is overdue may then walk its index (at 1M customers 500 ms became 10).
PROTECT = """
DROP POLICY visible ON contracts_ageing;
CREATE POLICY visible ON contracts_ageing FOR SELECT TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR account_manager_id IN (SELECT app_manager_ids())
    OR customer_id IN (SELECT app_shared_customer_ids())
);
ALTER TABLE contracts_ageingsummary ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON contracts_ageingsummary FOR SELECT TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR account_manager_id IN (SELECT app_manager_ids())
);
"""
PROTECT_BACK = """
DROP POLICY visible ON contracts_ageingsummary; ALTER TABLE contracts_ageingsummary DISABLE ROW LEVEL SECURITY;
DROP POLICY visible ON contracts_ageing;
CREATE POLICY visible ON contracts_ageing TO crm_app USING (
    (SELECT app_sees_all()) OR EXISTS (SELECT 1 FROM customers_customer c WHERE c.id = contracts_ageing.customer_id));
"""

FOLLOW = f"""
CREATE FUNCTION contracts_follow_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- In every version that has the customer. The lock: a night that is just summing up waits for the
-- move or is waited for, so that the move is in its sums or follows them.
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('contracts_ageingsummary'));
    INSERT INTO contracts_ageingsummary (version, org_unit_id, account_manager_id, tier, currency, customers,
           {", ".join(SUMS)}, {", ".join(f"n_{name}" for name in COUNTED)})
    SELECT a.version, g.unit, g.manager, g.tier, a.currency, g.sign,
           {", ".join(f"g.sign * a.{name}" for name in SUMS)},
           {", ".join(f"g.sign * (a.{name} > 0)::int" for name in COUNTED)}
      FROM contracts_ageing a
      CROSS JOIN (VALUES (OLD.org_unit_id, OLD.account_manager_id, OLD.tier, -1),
                         (NEW.org_unit_id, NEW.account_manager_id, NEW.tier, 1)) g (unit, manager, tier, sign)
     WHERE a.customer_id = NEW.id;
    UPDATE contracts_ageing SET org_unit_id = NEW.org_unit_id, account_manager_id = NEW.account_manager_id
     WHERE customer_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_moves AFTER UPDATE OF org_unit_id, account_manager_id ON customers_customer
    FOR EACH ROW WHEN (OLD.org_unit_id <> NEW.org_unit_id
                       OR OLD.account_manager_id IS DISTINCT FROM NEW.account_manager_id)
    EXECUTE FUNCTION contracts_follow_moves();
"""
FOLLOW_BACK = """
DROP TRIGGER follow_moves ON customers_customer; DROP FUNCTION contracts_follow_moves();
"""

# A list by one column begins with the customer who owes most there, and goes on by position.
POSITIVE = "not_due d1_30 d31_60 d61_90 d91_180 d181_365 d365_plus unallocated".split()
INDEXES = [f"(currency, {name} DESC, customer_id DESC)" for name in ("overdue", "balance")]
INDEXES += ["(currency, oldest_due_on, customer_id)", "(account_manager_id)"]
INDEXES += [f"(currency, {name} DESC, customer_id DESC) WHERE {name} > 0" for name in POSITIVE]
LISTED = ", ".join(f"'{index}'" for index in INDEXES)
SORTED = f"""
UPDATE core_versionedtable SET indexes = ARRAY['UNIQUE (customer_id, currency)', {LISTED}]
 WHERE name = 'contracts_ageing'
"""
SORTED_BACK = """
UPDATE core_versionedtable
   SET indexes = ARRAY['UNIQUE (customer_id, currency)', '(currency, overdue DESC, customer_id)']
 WHERE name = 'contracts_ageing'
"""


class Migration(migrations.Migration):
    """The versioned table contracts_ageingsummary, its policy and what keeps it true."""

    dependencies = [
        ("contracts", "0004_ageing"),
        ("customers", "0003_groups_above"),
        ("organization", "0002_tree_and_scope"),
    ]
    operations = [
        versioned_table(
            "contracts_ageingsummary", COLUMNS, indexes=["(org_unit_id)", "(account_manager_id)"]
        ),
        migrations.RunSQL(PLACED, PLACED_BACK),
        migrations.RunSQL(PROTECT, PROTECT_BACK),
        migrations.RunSQL(FOLLOW, FOLLOW_BACK),
        migrations.RunSQL(SORTED, SORTED_BACK),
    ]
