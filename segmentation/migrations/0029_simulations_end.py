"""How often a worker began with a simulation: one that is killed each time ends as failed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("segmentation", "0028_composite_in_line")]

    operations = [
        migrations.AddField(
            model_name="simulation",
            name="tries",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="tries"),
        ),
    ]
