"""What a customer's policy allows serving to cost, beside what it did cost."""

from django.db import migrations

COLUMN = "ALTER TABLE segmentation_serving ADD COLUMN cost_ceiling numeric(5, 4)"


class Migration(migrations.Migration):
    """A column of a versioned table; earlier nights leave it empty."""

    dependencies = [("segmentation", "0038_health_models"), ("customers", "0042_policies_of_chosen_tiers")]
    operations = [
        migrations.RunSQL(COLUMN, "ALTER TABLE segmentation_serving DROP COLUMN cost_ceiling"),
    ]
