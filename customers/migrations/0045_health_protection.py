"""Health is derived, as what a customer is worth: its first filling is no news, a merged file has it too."""

import importlib

from django.db import migrations

from core.protection import track_history

DROP = "DROP TRIGGER history ON customers_customer"
BEFORE = (
    "CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON customers_customer"
    " FOR EACH ROW EXECUTE FUNCTION core_record_history('id', '', 'next_follow_up_on',"
    " 'tier size abc_class value_grade key_account_kind lifecycle')"
)
kept = importlib.import_module("customers.migrations.0041_worth_protection").KEPT
KEPT = kept.replace("key_account_kind,lifecycle}", "key_account_kind,lifecycle,health}")


class Migration(migrations.Migration):
    """The history trigger and customers_keep_merged()."""

    dependencies = [("customers", "0044_health")]
    operations = [
        migrations.RunSQL(KEPT, kept),
        migrations.RunSQL(DROP, BEFORE),
        track_history(
            "customers_customer",
            customer="id",
            ignored="next_follow_up_on",
            derived="tier size abc_class value_grade key_account_kind lifecycle health",
        ),
    ]
