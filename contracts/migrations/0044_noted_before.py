"""Those that nothing had noted before there were notes: apart from the triggers, which hold locks on customers."""

from django.db import migrations

# Whoever owed, shipped, was held or shared a limit before there were notes.
BACKFILL = """
INSERT INTO contracts_creditdue (customer_id)
SELECT customer_id FROM contracts_planline WHERE state = 'open'
UNION SELECT customer_id FROM contracts_receipt WHERE allocated < amount AND reversed_on IS NULL
UNION SELECT customer_id FROM contracts_contract WHERE settlement = 'monthly'
UNION SELECT customer_id FROM contracts_credithold WHERE lifted_on IS NULL
UNION SELECT customer_id FROM contracts_creditrelease
UNION SELECT customer_id FROM contracts_creditstate
UNION SELECT customer_id FROM customers_creditlimitchange WHERE valid_until IS NOT NULL
UNION SELECT id FROM customers_customer WHERE parent_id IS NOT NULL OR merged_into_id IS NOT NULL
 ORDER BY 1
"""


class Migration(migrations.Migration):
    """Judged within seconds, by the task."""

    dependencies = [("contracts", "0043_room_of_lapsed_groups")]
    operations = [migrations.RunSQL(BACKFILL, migrations.RunSQL.noop)]
