"""Alerts are sorted by urgency, put off with a reason, and are about more than payments."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0003_groups_above'),
        ('engagement', '0002_protection'),
    ]

    operations = [
        migrations.AddField(
            model_name='alert',
            name='snooze_reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=500, verbose_name='reason for the delay'),
        ),
        migrations.AddField(
            model_name='alert',
            name='urgency',
            field=models.BigIntegerField(db_default=0, default=0, verbose_name='urgency'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='closing_reason',
            field=models.CharField(blank=True, choices=[('paid', 'Paid'), ('superseded', 'A later stage was reached'), ('void', 'The line was made void'), ('written_off', 'The line was written off'), ('recovered', 'It is well again'), ('withdrawn', 'The answer was corrected'), ('lapsed', 'Too long ago'), ('lost', 'The customer is recorded as lost')], max_length=20, verbose_name='closing reason'),
        ),
        migrations.AlterField(
            model_name='alert',
            name='kind',
            field=models.CharField(choices=[('payment_due', 'Payment due'), ('low_score', 'Low score'), ('volume_drop', 'Revenue falls')], max_length=30, verbose_name='kind'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('status__in', ['open', 'snoozed'])), fields=['kind', '-urgency', '-id'], name='alert_queue'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(condition=models.Q(('status__in', ['open', 'snoozed'])), fields=['due_on'], name='alert_queue_due'),
        ),
    ]
