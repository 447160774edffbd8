"""What drafts of the rules would do; the table of migration 0022 is not Django's own."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0011_text'),
        ('segmentation', '0020_rules_by_two_protection'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SimulatedClass',
            fields=[
                ('pk', models.CompositePrimaryKey('simulation_id', 'customer_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tier_before', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='tier before')),
                ('tier', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='tier')),
                ('size_before', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='size before')),
                ('size', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='size')),
                ('abc_before', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('N', 'N')], max_length=1, verbose_name='class before')),
                ('abc_class', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('N', 'N')], max_length=1, verbose_name='ABC class')),
                ('value', models.DecimalField(decimal_places=2, max_digits=20, null=True, verbose_name='value')),
                ('revenue_12m', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='revenue, 12 months')),
                ('reasons', models.JSONField(verbose_name='reasons')),
            ],
            options={
                'verbose_name': 'simulated class',
                'verbose_name_plural': 'simulated classes',
                'db_table': 'segmentation_simulatedclass',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Simulation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.JSONField(verbose_name='rules')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=10, verbose_name='status')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('flows', models.JSONField(default=list, verbose_name='moves between tiers')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('rule_set', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='simulation', to='segmentation.ruleset', verbose_name='rule set')),
                ('version', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.version', verbose_name='night')),
            ],
            options={
                'verbose_name': 'simulation',
                'verbose_name_plural': 'simulations',
            },
        ),
    ]
