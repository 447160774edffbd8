"""Rule sets, and models over the nightly tables of migration 0003."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('core', '0002_versions'),
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Classification',
            fields=[
                ('pk', models.CompositePrimaryKey('version_id', 'customer_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('value', models.DecimalField(decimal_places=2, max_digits=20, null=True, verbose_name='value')),
                ('value_above', models.DecimalField(decimal_places=2, max_digits=20, null=True, verbose_name='value of all strictly above')),
                ('value_total', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='all positive value')),
                ('abc_class', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('N', 'N')], max_length=1, verbose_name='ABC class')),
                ('abc_class_by_count', models.CharField(choices=[('A', 'A'), ('B', 'B'), ('C', 'C'), ('N', 'N')], blank=True, max_length=1, verbose_name='ABC class by head count')),
                ('size', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='size')),
                ('tier', models.CharField(choices=[('large', 'Large'), ('medium', 'Medium'), ('small', 'Small'), ('risk', 'At risk'), ('potential', 'Potential')], max_length=10, verbose_name='tier')),
                ('is_risk', models.BooleanField(verbose_name='at risk')),
                ('is_potential', models.BooleanField(verbose_name='potential')),
                ('reasons', models.JSONField(verbose_name='reasons')),
            ],
            options={
                'verbose_name': 'classification',
                'verbose_name_plural': 'classifications',
                'db_table': 'segmentation_classification',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Figures',
            fields=[
                ('pk', models.CompositePrimaryKey('version_id', 'customer_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('shipments_12m', models.BigIntegerField(verbose_name='shipments, 12 months')),
                ('revenue_12m', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='revenue, 12 months')),
                ('cost_12m', models.DecimalField(decimal_places=2, max_digits=20, null=True, verbose_name='cost, 12 months')),
                ('margin_12m', models.DecimalField(decimal_places=2, max_digits=20, null=True, verbose_name='margin, 12 months')),
                ('revenue_prev_12m', models.DecimalField(decimal_places=2, max_digits=20, verbose_name='revenue, 12 months before')),
                ('promised', models.BigIntegerField(verbose_name='delivered with a promise')),
                ('on_time', models.BigIntegerField(verbose_name='delivered on time')),
                ('exceptions', models.BigIntegerField(verbose_name='with an exception')),
                ('last_accepted_on', models.DateField(null=True, verbose_name='last shipment')),
                ('due', models.DecimalField(decimal_places=2, max_digits=20, null=True, verbose_name='amount due')),
                ('collected', models.DecimalField(decimal_places=2, max_digits=20, null=True, verbose_name='collected of it')),
                ('paid', models.DecimalField(decimal_places=2, max_digits=20, null=True, verbose_name='paid up')),
                ('paid_days_late', models.DecimalField(decimal_places=2, max_digits=26, null=True, verbose_name='paid up x days late')),
            ],
            options={
                'verbose_name': 'customer figures',
                'verbose_name_plural': 'customer figures',
                'db_table': 'segmentation_figures',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='version')),
                ('document', models.JSONField(verbose_name='rules')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('retired', 'Retired')], default='draft', max_length=10, verbose_name='status')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('activated_at', models.DateTimeField(blank=True, null=True, verbose_name='activated')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rule_sets', to=settings.AUTH_USER_MODEL, verbose_name='author')),
            ],
            options={
                'verbose_name': 'rule set',
                'verbose_name_plural': 'rule sets',
                'ordering': ['-version'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status', 'active')), fields=('status',), name='ruleset_one_active'), models.CheckConstraint(condition=models.Q(models.Q(('activated_at', None), ('status', 'draft')), models.Q(('activated_at__isnull', False), ('status__in', ['active', 'retired'])), _connector='OR'), name='ruleset_activated_unless_draft'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='ruleset_version_positive')],
            },
        ),
    ]
