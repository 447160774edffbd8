"""Models over the nightly tables of migration 0006."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('segmentation', '0006_portfolios'),
    ]

    operations = [
        migrations.CreateModel(
            name='Move',
            fields=[
                ('pk', models.CompositePrimaryKey('version_id', 'customer_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tier_before', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='tier before')),
                ('tier', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='tier')),
                ('revenue_12m', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='revenue, 12 months')),
            ],
            options={
                'verbose_name': 'move between tiers',
                'verbose_name_plural': 'moves between tiers',
                'db_table': 'segmentation_move',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Portfolio',
            fields=[
                ('pk', models.CompositePrimaryKey('version_id', 'org_unit_id', 'tier', 'receivables_currency', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tier', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='tier')),
                ('receivables_currency', models.CharField(max_length=3, verbose_name='currency')),
                ('customers', models.BigIntegerField(verbose_name='customers')),
                ('revenue_12m', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue, 12 months')),
                ('revenue_prev_12m', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue, 12 months before')),
                ('revenue_3m', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue, 3 months')),
                ('revenue_prev_3m', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue, 3 months before')),
                ('revenue_3m_year_ago', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue, same 3 months a year ago')),
                ('revenue_month', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue, month to date')),
                ('revenue_month_year_ago', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue, month to date a year ago')),
                ('due', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='amount due')),
                ('collected', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='collected of it')),
                ('promised', models.BigIntegerField(verbose_name='delivered with a promise')),
                ('on_time', models.BigIntegerField(verbose_name='delivered on time')),
                ('nps_answers', models.BigIntegerField(verbose_name='NPS answers')),
                ('nps_promoters', models.BigIntegerField(verbose_name='promoters')),
                ('nps_detractors', models.BigIntegerField(verbose_name='detractors')),
            ],
            options={
                'verbose_name': 'portfolio',
                'verbose_name_plural': 'portfolios',
                'db_table': 'segmentation_portfolio',
                'managed': False,
            },
        ),
    ]
