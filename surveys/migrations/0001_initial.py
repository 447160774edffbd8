"""Surveys, responses and answers, and a model over the scores of migration 0003."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('core', '0002_versions'),
        ('customers', '0002_row_security'),
    ]

    operations = [
        migrations.CreateModel(
            name='Score',
            fields=[
                ('pk', models.CompositePrimaryKey('version_id', 'survey_id', 'metric', 'slice', blank=True, editable=False, primary_key=True, serialize=False)),
                ('metric', models.TextField(verbose_name='metric')),
                ('slice', models.TextField(verbose_name='cut')),
                ('n', models.IntegerField(verbose_name='answers')),
                ('value', models.DecimalField(decimal_places=30, max_digits=60, null=True, verbose_name='value')),
                ('low', models.DecimalField(decimal_places=30, max_digits=60, null=True, verbose_name='low')),
                ('high', models.DecimalField(decimal_places=30, max_digits=60, null=True, verbose_name='high')),
            ],
            options={
                'verbose_name': 'survey score',
                'verbose_name_plural': 'survey scores',
                'db_table': 'surveys_score',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=100, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('origin', models.CharField(choices=[('own', 'Asked by us here'), ('imported', 'Imported')], default='own', max_length=10, verbose_name='origin')),
            ],
            options={
                'verbose_name': 'survey',
                'verbose_name_plural': 'surveys',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response_no', models.CharField(max_length=100, unique=True, verbose_name='response number')),
                ('respondent_role', models.CharField(blank=True, choices=[('decider', 'Decider'), ('approver', 'Approver'), ('influencer', 'Influencer'), ('user', 'User of the service'), ('purchaser', 'Purchaser'), ('finance', 'Finance'), ('gatekeeper', 'Gatekeeper'), ('executive', 'Executive'), ('staff', 'Staff'), ('consignee', 'Consignee'), ('other', 'Other')], max_length=20, verbose_name='role of the respondent')),
                ('answered_at', models.DateTimeField(verbose_name='answered at')),
                ('answered_on', models.GeneratedField(db_persist=True, expression=django.db.models.functions.datetime.TruncDate('answered_at'), output_field=models.DateField(), verbose_name='answered on')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='customers.customer', verbose_name='customer')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='surveys.survey', verbose_name='survey')),
            ],
            options={
                'verbose_name': 'response',
                'verbose_name_plural': 'responses',
                'ordering': ['response_no'],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=100, verbose_name='question')),
                ('value', models.IntegerField(blank=True, null=True, verbose_name='value')),
                ('text', models.TextField(blank=True, verbose_name='words')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='customers.customer', verbose_name='customer')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='surveys.response', verbose_name='response')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ['response', 'question'],
                'constraints': [models.UniqueConstraint(fields=('response', 'question'), name='answer_once_per_question')],
            },
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['survey', 'answered_on'], name='response_survey_day'),
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['customer', 'answered_on'], name='response_customer_day'),
        ),
    ]
