"""An alert's key is looked up whole: one index less to write for every alert of a night."""

from django.db import migrations, models

# The constraint gets the name it has in the model; nothing is built anew, whatever the number of alerts.
RENAME = """
ALTER TABLE engagement_alert RENAME CONSTRAINT engagement_alert_key_key TO alert_once;
DROP INDEX engagement_alert_key_f6776356_like;
"""
RENAME_BACK = """
CREATE INDEX engagement_alert_key_f6776356_like ON engagement_alert (key varchar_pattern_ops);
ALTER TABLE engagement_alert RENAME CONSTRAINT alert_once TO engagement_alert_key_key;
"""


class Migration(migrations.Migration):
    """The key stays unique throughout."""

    dependencies = [("engagement", "0020_moved_due_dates")]
    operations = [
        migrations.RunSQL(
            RENAME,
            RENAME_BACK,
            state_operations=[
                migrations.AlterField(
                    model_name="alert",
                    name="key",
                    field=models.CharField(max_length=200, verbose_name="key"),
                ),
                migrations.AddConstraint(
                    model_name="alert",
                    constraint=models.UniqueConstraint(fields=("key",), name="alert_once"),
                ),
            ],
        ),
    ]
