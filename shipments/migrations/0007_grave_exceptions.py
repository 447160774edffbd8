"""A customer's exceptions are found without reading all of its waybills."""

from django.db import migrations

FORWARD = """
CREATE INDEX waybill_customer_exception ON shipments_waybill (customer_id, accepted_at) WHERE exception <> '';
"""
BACKWARD = "DROP INDEX waybill_customer_exception;"


class Migration(migrations.Migration):
    """Adds the partial index to all partitions, and to those to come."""

    dependencies = [("shipments", "0006_rollups_by_month")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
