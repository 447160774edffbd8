
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contracts', '0011_cash_protection'),
        ('customers', '0035_planned_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('made_on', models.DateField(verbose_name='promised on')),
                ('due_on', models.DateField(verbose_name='promised for')),
                ('counts_until', models.DateField(verbose_name='money counts until')),
                ('covers_overdue', models.BooleanField(default=False, verbose_name='covers what was overdue')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('replacements', models.PositiveSmallIntegerField(default=0, verbose_name='replacements before')),
                ('state', models.CharField(choices=[('open', 'Open'), ('kept', 'Kept'), ('partial', 'Kept in part'), ('broken', 'Broken'), ('cancelled', 'Cancelled'), ('replaced', 'Replaced')], default='open', max_length=10, verbose_name='state')),
                ('received', models.DecimalField(decimal_places=2, default=0, max_digits=18, verbose_name='received')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='known since')),
                ('noted_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='noted')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='customers.customer', verbose_name='customer')),
                ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='contracts.planline', verbose_name='plan line')),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noted by')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='contracts.promise', verbose_name='replaces')),
            ],
            options={
                'verbose_name': 'promise to pay',
                'verbose_name_plural': 'promises to pay',
                'ordering': ['-made_on', '-pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['counts_until'], name='promise_open'), models.Index(fields=['customer', '-made_on'], name='promise_of_customer')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='promise_amount_positive'), models.CheckConstraint(condition=models.Q(('counts_until__gte', models.F('due_on')), ('due_on__gte', models.F('made_on'))), name='promise_days_in_order'), models.CheckConstraint(condition=models.Q(('received__gte', 0), ('received__lte', models.F('amount'))), name='promise_received_within_amount'), models.CheckConstraint(condition=models.Q(models.Q(('decided_on', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='promise_decided_has_day'), models.CheckConstraint(condition=models.Q(('replacements__lte', 2)), name='promise_replaced_twice_at_most'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('line',), name='promise_one_open_a_line')],
            },
        ),
    ]
