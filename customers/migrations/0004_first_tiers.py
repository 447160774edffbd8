"""The first tier, size and class of a customer are not news: their trace is the night's version."""

from django.db import migrations

from core.protection import track_history

DROP = "DROP TRIGGER history ON customers_customer"
BEFORE = (
    "CREATE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON customers_customer"
    " FOR EACH ROW EXECUTE FUNCTION core_record_history('id', '', '')"
)


class Migration(migrations.Migration):
    """Names the columns that the night derives."""

    dependencies = [("customers", "0003_groups_above"), ("core", "0006_first_filling")]
    operations = [
        migrations.RunSQL(DROP, BEFORE),
        track_history("customers_customer", customer="id", derived="tier size abc_class"),
    ]
