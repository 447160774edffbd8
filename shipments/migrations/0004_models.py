"""The state of the models; their tables were made by hand in 0001 and 0002."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Unmanaged models."""

    dependencies = [
        ('shipments', '0003_window'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.IntegerField(verbose_name='month')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('shipments', models.IntegerField(verbose_name='shipments')),
                ('pieces', models.BigIntegerField(verbose_name='pieces')),
                ('weight_kg', models.DecimalField(decimal_places=3, max_digits=24, verbose_name='weight (kg)')),
                ('revenue', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue')),
                ('cost', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='known cost')),
                ('uncosted', models.IntegerField(verbose_name='shipments of unknown cost')),
                ('promised', models.IntegerField(verbose_name='delivered with a promise')),
                ('on_time', models.IntegerField(verbose_name='delivered on time')),
                ('exceptions', models.IntegerField(verbose_name='exceptions')),
                ('last_accepted_on', models.DateField(null=True, verbose_name='last accepted on')),
                ('last_in_doubt', models.BooleanField(verbose_name='last acceptance was taken away')),
                ('folded', models.BooleanField(verbose_name='recounted')),
            ],
            options={
                'verbose_name': "customer's month",
                'verbose_name_plural': "customers' months",
                'db_table': 'shipments_customermonth',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='Waybill',
            fields=[
                ('waybill_no', models.CharField(max_length=100, primary_key=True, serialize=False, verbose_name='waybill number')),
                ('month', models.IntegerField(editable=False, verbose_name='month')),
                ('payer', models.CharField(choices=[('shipper', 'Shipper'), ('consignee', 'Consignee'), ('third', 'Third party')], default='shipper', max_length=10, verbose_name='payer')),
                ('billed_code', models.CharField(blank=True, max_length=100, verbose_name='billed code')),
                ('service', models.CharField(default='standard', max_length=100, verbose_name='service')),
                ('accepted_at', models.DateTimeField(verbose_name='accepted at')),
                ('promised_at', models.DateTimeField(null=True, verbose_name='promised at')),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='delivered at')),
                ('accepted_on', models.DateField(editable=False, verbose_name='accepted on')),
                ('promised_on', models.DateField(editable=False, null=True, verbose_name='promised on')),
                ('delivered_on', models.DateField(editable=False, null=True, verbose_name='delivered on')),
                ('origin', models.CharField(blank=True, max_length=200, verbose_name='origin')),
                ('destination', models.CharField(blank=True, max_length=200, verbose_name='destination')),
                ('pieces', models.IntegerField(null=True, verbose_name='pieces')),
                ('weight_kg', models.DecimalField(decimal_places=3, max_digits=12, null=True, verbose_name='weight (kg)')),
                ('billed_weight_kg', models.DecimalField(decimal_places=3, max_digits=12, null=True, verbose_name='billed weight (kg)')),
                ('volume_m3', models.DecimalField(decimal_places=6, max_digits=12, null=True, verbose_name='volume (m³)')),
                ('revenue', models.DecimalField(decimal_places=2, max_digits=18, verbose_name='revenue')),
                ('cost', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='cost')),
                ('currency', models.CharField(default='CNY', max_length=3, verbose_name='currency')),
                ('declared_value', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='declared value')),
                ('cod_amount', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='cash on delivery')),
                ('status', models.CharField(choices=[('accepted', 'Accepted'), ('in_transit', 'In transit'), ('delivered', 'Delivered'), ('returned', 'Returned'), ('lost', 'Lost in transit'), ('cancelled', 'Cancelled')], default='accepted', max_length=10, verbose_name='waybill status')),
                ('exception', models.CharField(blank=True, choices=[('damage', 'Damage'), ('loss', 'Loss'), ('delay', 'Delay'), ('other', 'Other exception')], max_length=10, verbose_name='exception')),
                ('claim_amount', models.DecimalField(decimal_places=2, max_digits=18, null=True, verbose_name='claim amount')),
                ('waiting_minutes', models.IntegerField(null=True, verbose_name='waiting minutes')),
                ('storage_days', models.IntegerField(null=True, verbose_name='storage days')),
                ('source', models.CharField(blank=True, max_length=100, verbose_name='source')),
                ('source_seq', models.BigIntegerField(null=True, verbose_name='source sequence')),
            ],
            options={
                'verbose_name': 'waybill',
                'verbose_name_plural': 'waybills',
                'db_table': 'shipments_waybill',
                'managed': False,
            },
        ),
    ]
