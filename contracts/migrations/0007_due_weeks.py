"""What falls due in each of the four weeks after a night stands in its ageing and in its sums.

Two partial indexes find what is held and what is argued about without reading all receipts and lines.
"""

import importlib

from django.db import migrations, models
from django.db.models import F, Q

summary = importlib.import_module("contracts.migrations.0005_ageing_summary")

WEEKS = ("due_w1", "due_w2", "due_w3", "due_w4")


def _columns(size: int) -> str:
    return ", ".join(f"ADD COLUMN {name} numeric({size}, 2) NOT NULL DEFAULT 0" for name in WEEKS)


COLUMNS = f"""
ALTER TABLE contracts_ageing {_columns(20)};
ALTER TABLE contracts_ageingsummary {_columns(22)};
"""
DROPPED = ", ".join(f"DROP COLUMN {name}" for name in WEEKS)
COLUMNS_BACK = f"""
ALTER TABLE contracts_ageingsummary {DROPPED};
ALTER TABLE contracts_ageing {DROPPED};
"""


def _follow(sums: tuple[str, ...]) -> str:
    """The function of migration 0005 with these sums."""
    counted = ", ".join(f"n_{name}" for name in summary.COUNTED)
    return f"""
CREATE OR REPLACE FUNCTION contracts_follow_moves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- In every version that has the customer. The lock: a night that is just summing up waits for the
-- move or is waited for, so that the move is in its sums or follows them.
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('contracts_ageingsummary'));
    INSERT INTO contracts_ageingsummary (version, org_unit_id, account_manager_id, tier, currency, customers,
           {", ".join(sums)}, {counted})
    SELECT a.version, g.unit, g.manager, g.tier, a.currency, g.sign,
           {", ".join(f"g.sign * a.{name}" for name in sums)},
           {", ".join(f"g.sign * (a.{name} > 0)::int" for name in summary.COUNTED)}
      FROM contracts_ageing a
      CROSS JOIN (VALUES (OLD.org_unit_id, OLD.account_manager_id, OLD.tier, -1),
                         (NEW.org_unit_id, NEW.account_manager_id, NEW.tier, 1)) g (unit, manager, tier, sign)
     WHERE a.customer_id = NEW.id;
    UPDATE contracts_ageing SET org_unit_id = NEW.org_unit_id, account_manager_id = NEW.account_manager_id
     WHERE customer_id = NEW.id;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """Columns of the weeks, the trigger function with them, two indexes."""

    dependencies = [("contracts", "0006_dispute_note")]
    operations = [
        migrations.RunSQL(COLUMNS, COLUMNS_BACK),
        migrations.RunSQL(_follow((*summary.SUMS, *WEEKS)), _follow(summary.SUMS)),
        migrations.AddIndex(
            "planline",
            models.Index(
                name="planline_disputed",
                fields=["currency", "customer"],
                condition=Q(disputed=True, state="open", paid__lt=F("amount")),
            ),
        ),
        migrations.AddIndex(
            "receipt",
            models.Index(
                name="receipt_bills",
                fields=["currency", "effective_on"],
                condition=Q(method="acceptance_bill"),
            ),
        ),
    ]
