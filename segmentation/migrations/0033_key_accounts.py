"""Customers that people name key accounts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0042_policies_of_chosen_tiers'),
        ('segmentation', '0032_rules_with_a_day'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeyAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='ended')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('end_reason', models.CharField(blank=True, max_length=500, verbose_name='why it was ended')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_accounts', to='customers.customer', verbose_name='customer')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
            ],
            options={
                'verbose_name': 'key account',
                'verbose_name_plural': 'key accounts',
                'ordering': ['-starts_on', '-pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('customer',), name='keyaccount_one_not_ended'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='keyaccount_has_a_reason'), models.CheckConstraint(condition=models.Q(('approved_by', None), models.Q(('approved_by', models.F('asked_by')), _negated=True), _connector='OR'), name='keyaccount_approved_by_another'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('starts_on')), _connector='OR'), name='keyaccount_ended_after_it_started'), models.CheckConstraint(condition=models.Q(('ended_by', None), ('ended_on__isnull', False), _connector='OR'), name='keyaccount_ended_by_on_a_day'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='keyaccount_ends_after_it_started'), models.CheckConstraint(condition=models.Q(models.Q(('end_reason', ''), ('ended_by', None)), models.Q(('ended_by__isnull', False), models.Q(('end_reason', ''), _negated=True)), _connector='OR'), name='keyaccount_ended_by_hand_with_reason')],
            },
        ),
    ]
