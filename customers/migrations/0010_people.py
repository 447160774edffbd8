"""The people at customers: more about them, restricted details, our relations to them."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What we may know of contacts, who of us knows them, who looked and what was erased."""

    dependencies = [
        ('customers', '0009_credit_protection'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Acquaintance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how', models.CharField(blank=True, max_length=100, verbose_name='how they know each other')),
            ],
            options={
                'verbose_name': 'acquaintance',
                'verbose_name_plural': 'acquaintances',
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('request', models.CharField(max_length=200, verbose_name='how the request came')),
                ('erased_at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'erasure of a person',
                'verbose_name_plural': 'erasures of persons',
                'ordering': ['-erased_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('opened_at', models.DateTimeField(verbose_name='when')),
            ],
            options={
                'verbose_name': 'opening of restricted details',
                'verbose_name_plural': 'openings of restricted details',
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PrivateDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('character', models.TextField(blank=True, verbose_name='character')),
                ('hobbies', models.TextField(blank=True, verbose_name='hobbies')),
                ('family', models.TextField(blank=True, verbose_name='family and customs')),
                ('background', models.TextField(blank=True, verbose_name='background')),
                ('standing', models.TextField(blank=True, verbose_name='social standing')),
                ('reach', models.TextField(blank=True, verbose_name='reach: whom they can move')),
            ],
            options={
                'verbose_name': 'restricted details',
                'verbose_name_plural': 'restricted details',
            },
        ),
        migrations.CreateModel(
            name='Tie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('strength', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)], verbose_name='strength of the relation (1-5)')),
                ('is_owner', models.BooleanField(default=False, verbose_name='in charge of the relation')),
                ('last_touch_on', models.DateField(blank=True, null=True, verbose_name='last touch')),
            ],
            options={
                'verbose_name': 'relation to a contact',
                'verbose_name_plural': 'relations to contacts',
                'ordering': ['-is_owner', '-strength', 'user'],
            },
        ),
        migrations.AddField(
            model_name='contact',
            name='ability',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='ability'),
        ),
        migrations.AddField(
            model_name='contact',
            name='birthday',
            field=models.CharField(blank=True, db_default='', default='', max_length=5, verbose_name='birthday'),
        ),
        migrations.AddField(
            model_name='contact',
            name='career',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='career'),
        ),
        migrations.AddField(
            model_name='contact',
            name='channel',
            field=models.CharField(blank=True, choices=[('mobile', 'Mobile'), ('phone', 'Desk phone'), ('wechat', 'WeChat'), ('email', 'E-mail'), ('visit', 'Face to face')], db_default='', default='', max_length=10, verbose_name='preferred channel'),
        ),
        migrations.AddField(
            model_name='contact',
            name='consent',
            field=models.CharField(blank=True, choices=[('given', 'Given'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], db_default='', default='', max_length=10, verbose_name='consent'),
        ),
        migrations.AddField(
            model_name='contact',
            name='consent_on',
            field=models.DateField(blank=True, null=True, verbose_name='consent given or refused on'),
        ),
        migrations.AddField(
            model_name='contact',
            name='consent_source',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='where the consent is on record'),
        ),
        migrations.AddField(
            model_name='contact',
            name='do_not_contact',
            field=models.BooleanField(db_default=False, default=False, verbose_name='do not contact'),
        ),
        migrations.AddField(
            model_name='contact',
            name='erased_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='erased on'),
        ),
        migrations.AddField(
            model_name='contact',
            name='is_active',
            field=models.BooleanField(db_default=True, default=True, verbose_name='works there'),
        ),
        migrations.AddField(
            model_name='contact',
            name='is_legal_representative',
            field=models.BooleanField(db_default=False, default=False, verbose_name='legal representative'),
        ),
        migrations.AddField(
            model_name='contact',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', max_length=50, verbose_name='preferred language'),
        ),
        migrations.AddField(
            model_name='contact',
            name='last_touch_on',
            field=models.DateField(blank=True, editable=False, null=True, verbose_name='last touch'),
        ),
        migrations.AddField(
            model_name='contact',
            name='left_on',
            field=models.DateField(blank=True, null=True, verbose_name='left on'),
        ),
        migrations.AddField(
            model_name='contact',
            name='person',
            field=models.UUIDField(blank=True, db_index=True, editable=False, null=True, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='contact',
            name='private_facts',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='restricted details'),
        ),
        migrations.AddField(
            model_name='contact',
            name='specialties',
            field=models.TextField(blank=True, db_default='', default='', verbose_name='specialties'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('birthday', ''), ('birthday__regex', '^(0[1-9]|1[0-2])-[0-3][0-9]$'), _connector='OR'), name='contact_birthday_month_day'),
        ),
        migrations.AddConstraint(
            model_name='contact',
            constraint=models.CheckConstraint(condition=models.Q(('is_active', False), models.Q(('erased_on', None), ('left_on', None)), _connector='OR'), name='contact_at_work_has_not_left'),
        ),
        migrations.AddField(
            model_name='acquaintance',
            name='contact',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acquaintances', to='customers.contact', verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='acquaintance',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acquaintances', to='customers.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='acquaintance',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='acquainted', to='customers.contact', verbose_name='knows'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='contact',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='customers.contact', verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='customers.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='erasure',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='opening',
            name='contact',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='customers.contact', verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='opening',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='customers.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='opening',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='privatedetails',
            name='contact',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='private', to='customers.contact', verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='privatedetails',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='private_details', to='customers.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='tie',
            name='contact',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ties', to='customers.contact', verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='tie',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ties', to='customers.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='tie',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ties', to=settings.AUTH_USER_MODEL, verbose_name='colleague'),
        ),
        migrations.AddConstraint(
            model_name='acquaintance',
            constraint=models.UniqueConstraint(fields=('contact', 'other'), name='acquaintance_once'),
        ),
        migrations.AddConstraint(
            model_name='acquaintance',
            constraint=models.CheckConstraint(condition=models.Q(('contact__lt', models.F('other'))), name='acquaintance_in_order'),
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['contact', '-opened_at'], name='opening_latest'),
        ),
        migrations.AddIndex(
            model_name='opening',
            index=models.Index(fields=['user', '-opened_at'], name='opening_of_user'),
        ),
        migrations.AddConstraint(
            model_name='tie',
            constraint=models.UniqueConstraint(fields=('contact', 'user'), name='tie_once_per_colleague'),
        ),
        migrations.AddConstraint(
            model_name='tie',
            constraint=models.UniqueConstraint(condition=models.Q(('is_owner', True)), fields=('contact',), name='tie_one_owner'),
        ),
        migrations.AddConstraint(
            model_name='tie',
            constraint=models.CheckConstraint(condition=models.Q(('strength__range', (1, 5))), name='tie_strength_1_to_5'),
        ),
    ]
