"""Alerts know the unit and the manager of their customer."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_search_indexes'),
        ('engagement', '0004_alert_history'),
        ('organization', '0005_letter_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='alert',
            name='alert_queue_due',
        ),
        migrations.AddField(
            model_name='alert',
            name='account_manager',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account manager'),
        ),
        migrations.AddField(
            model_name='alert',
            name='org_unit',
            field=models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organization.orgunit', verbose_name='unit'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('status__in', ['open', 'snoozed'])), fields=['org_unit', 'kind', '-urgency', '-id'], name='alert_queue_unit'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('status__in', ['open', 'snoozed'])), fields=['account_manager', 'kind', '-urgency', '-id'], name='alert_queue_manager'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('status__in', ['open', 'snoozed'])), fields=['due_on', 'org_unit', 'account_manager'], name='alert_queue_due'),
        ),
    ]
