"""Revenue of the days a year ago that are like the last three months: feasts with feasts."""

from django.db import migrations


class Migration(migrations.Migration):
    """Null in the partitions of earlier nights."""

    dependencies = [("segmentation", "0012_rhythm_model")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE segmentation_figures ADD COLUMN revenue_3m_like numeric(20, 2)",
            "ALTER TABLE segmentation_figures DROP COLUMN revenue_3m_like",
        )
    ]
