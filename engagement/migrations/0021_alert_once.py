"""An alert's key is looked up whole: one index less to write for every alert of a night."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The key stays unique throughout."""

    dependencies = [("engagement", "0020_moved_due_dates")]
    operations = [
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(fields=("key",), name="alert_once"),
        ),
        migrations.AlterField(
            model_name="alert",
            name="key",
            field=models.CharField(max_length=200, verbose_name="key"),
        ),
    ]
