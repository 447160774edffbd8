"""Only the night writes models of customer value; pages read them."""

from django.db import migrations

PROTECT = "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON segmentation_valuemodel FROM crm_app"
PROTECT_BACK = "GRANT INSERT, UPDATE, DELETE ON segmentation_valuemodel TO crm_app"


class Migration(migrations.Migration):
    """Rights of crm_app."""

    dependencies = [("segmentation", "0024_customer_value_models")]
    operations = [migrations.RunSQL(PROTECT, PROTECT_BACK)]
