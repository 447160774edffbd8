"""Where frequency and money of customers are cut (C7), by quarter; only the night writes it."""

import django.contrib.postgres.fields
from django.db import migrations, models

PROTECT = "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON segmentation_rfmcuts FROM crm_app"
PROTECT_BACK = "GRANT INSERT, UPDATE, DELETE ON segmentation_rfmcuts TO crm_app"


class Migration(migrations.Migration):

    dependencies = [
        ('segmentation', '0041_standing_model'),
    ]

    operations = [
        migrations.CreateModel(
            name='RfmCuts',
            fields=[
                ('quarter', models.DateField(primary_key=True, serialize=False, verbose_name='quarter')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('customers', models.IntegerField(verbose_name='active customers')),
                ('frequency', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None, verbose_name='active weeks')),
                ('money', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=2, max_digits=20), size=None, verbose_name='revenue, 12 months')),
            ],
            options={
                'verbose_name': 'RFM cuts',
                'verbose_name_plural': 'RFM cuts',
            },
        ),
        migrations.RunSQL(PROTECT, PROTECT_BACK),
    ]
