"""The sums of the whole company by night, and figures by margin: what the list of key accounts reads."""

import django.db.models.deletion
from django.db import migrations, models

from core.protection import versioned_table

TOTAL = "customers bigint NOT NULL, revenue_12m numeric(24, 2) NOT NULL, margin_12m numeric(24, 2)"
BY_MARGIN = """
UPDATE core_versionedtable
   SET indexes = ARRAY['UNIQUE (customer_id)', '(revenue_12m DESC, customer_id)', '(margin_12m DESC, customer_id)']
 WHERE name = 'segmentation_figures'
"""
BY_MARGIN_BACK = """
UPDATE core_versionedtable SET indexes = ARRAY['UNIQUE (customer_id)', '(revenue_12m DESC, customer_id)']
 WHERE name = 'segmentation_figures'
"""


class Migration(migrations.Migration):
    """The versioned table segmentation_companytotal with its model; an index of each night."""

    dependencies = [("segmentation", "0034_key_accounts_protected")]
    operations = [
        versioned_table("segmentation_companytotal", TOTAL, indexes=["UNIQUE (version)"]),
        migrations.RunSQL(BY_MARGIN, BY_MARGIN_BACK),
        migrations.CreateModel(
            name="CompanyTotal",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        db_column="version",
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="core.version",
                    ),
                ),
                ("customers", models.BigIntegerField(verbose_name="customers")),
                (
                    "revenue_12m",
                    models.DecimalField(
                        decimal_places=2, max_digits=24, verbose_name="revenue, 12 months"
                    ),
                ),
                (
                    "margin_12m",
                    models.DecimalField(
                        decimal_places=2, max_digits=24, null=True, verbose_name="margin, 12 months"
                    ),
                ),
            ],
            options={
                "verbose_name": "company total",
                "verbose_name_plural": "company totals",
                "db_table": "segmentation_companytotal",
                "managed": False,
            },
        ),
    ]
