"""Who reaches tier overrides, and their history."""

from django.db import migrations

from core.protection import secure_rows, track_history


class Migration(migrations.Migration):
    """Rows and history."""

    dependencies = [("segmentation", "0026_tier_override")]
    operations = [
        secure_rows("segmentation_tieroverride"),
        track_history("segmentation_tieroverride", customer="customer_id"),
    ]
