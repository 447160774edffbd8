"""The model over the nightly table of migration 0008."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('segmentation', '0008_curves'),
    ]

    operations = [
        migrations.CreateModel(
            name='Curve',
            fields=[
                ('pk', models.CompositePrimaryKey('version_id', 'org_unit_id', 'place', blank=True, editable=False, primary_key=True, serialize=False)),
                ('place', models.BigIntegerField(verbose_name='heads from the top')),
                ('held', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='value they hold')),
                ('heads', models.BigIntegerField(verbose_name='all heads')),
                ('total', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='all positive value')),
                ('weighted', models.DecimalField(decimal_places=2, max_digits=36, verbose_name='sum of place x value')),
            ],
            options={
                'verbose_name': 'Pareto curve',
                'verbose_name_plural': 'Pareto curves',
                'db_table': 'segmentation_curve',
                'managed': False,
            },
        ),
    ]
