"""Rules are put in force by two: the author asks, another person answers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('segmentation', '0018_worth_models'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='ruleset',
            name='activated_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='activated by'),
        ),
        migrations.AddField(
            model_name='ruleset',
            name='asked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='asked for'),
        ),
        migrations.AddField(
            model_name='ruleset',
            name='is_alone',
            field=models.BooleanField(default=False, verbose_name='without a second person'),
        ),
        migrations.AddField(
            model_name='ruleset',
            name='sent_back_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent back by'),
        ),
        migrations.AddField(
            model_name='ruleset',
            name='sent_back_reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='why it was sent back'),
        ),
    ]
