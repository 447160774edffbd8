"""Who reaches prospects, their history; the next follow-up is told by its task, not by the file."""

import importlib

from django.db import migrations

from core.protection import secure_rows, track_history

DROP = "DROP TRIGGER history ON customers_customer"
BEFORE = (
    "CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON customers_customer"
    " FOR EACH ROW EXECUTE FUNCTION core_record_history('id', '', '', 'tier size abc_class')"
)

# The tasks of a merged file go over to the one that stays, and with them its next follow-up.
merged = importlib.import_module("customers.migrations.0015_merge_protection").SURVIVORS
begin = merged.index("CREATE FUNCTION customers_keep_merged")
KEPT_BEFORE = merged[begin : merged.index("CREATE TRIGGER keep_merged")].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
KEPT = KEPT_BEFORE.replace("{merged_into_id,", "{merged_into_id,next_follow_up_on,")


class Migration(migrations.Migration):
    """Policies and triggers."""

    dependencies = [("customers", "0017_prospects"), ("core", "0006_first_filling")]
    operations = [
        migrations.RunSQL(KEPT, KEPT_BEFORE),
        secure_rows("customers_prospect"),
        track_history("customers_prospect", customer="customer_id"),
        migrations.RunSQL(DROP, BEFORE),
        track_history(
            "customers_customer", customer="id", ignored="next_follow_up_on",
            derived="tier size abc_class",
        ),
    ]
