"""The state of the models; their tables were made by hand in 0012 and 0013."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Unmanaged models."""

    dependencies = [
        ('shipments', '0013_restatements'),
    ]

    operations = [
        migrations.CreateModel(
            name='Restatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.IntegerField(verbose_name='month')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('cause', models.CharField(choices=[('late', 'Late waybills'), ('correction', 'Corrected'), ('cancelled', 'Cancelled'), ('moved', 'Accepted on another day'), ('payer', 'Another payer'), ('progress', 'Delivered meanwhile'), ('merge', 'Files merged or parted'), ('removed', 'Waybills removed')], verbose_name='cause')),
                ('waybills', models.IntegerField(verbose_name='waybills')),
                ('shipments', models.IntegerField(verbose_name='shipments')),
                ('pieces', models.BigIntegerField(verbose_name='pieces')),
                ('weight_kg', models.DecimalField(decimal_places=3, max_digits=24, verbose_name='weight (kg)')),
                ('revenue', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='revenue')),
                ('cost', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='known cost')),
                ('uncosted', models.IntegerField(verbose_name='shipments of unknown cost')),
                ('promised', models.IntegerField(verbose_name='delivered with a promise')),
                ('on_time', models.IntegerField(verbose_name='delivered on time')),
                ('exceptions', models.IntegerField(verbose_name='exceptions')),
                ('source', models.CharField(max_length=100, verbose_name='source')),
                ('at', models.DateTimeField(verbose_name='restated at')),
                ('load', models.BigIntegerField(verbose_name='load')),
                ('actor', models.CharField(verbose_name='by')),
            ],
            options={
                'verbose_name': 'restatement',
                'verbose_name_plural': 'restatements',
                'db_table': 'shipments_restatement',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='WaybillEvent',
            fields=[
                ('id', models.BigIntegerField(editable=False, primary_key=True, serialize=False)),
                ('waybill_no', models.CharField(max_length=100, verbose_name='waybill number')),
                ('month', models.IntegerField(editable=False, verbose_name='month')),
                ('kind', models.CharField(choices=[('reached', 'Stage reached'), ('exception', 'Exception'), ('delivered', 'Delivered'), ('returned', 'Returned'), ('note', 'Note')], max_length=10, verbose_name='kind of event')),
                ('stage', models.CharField(blank=True, choices=[('order_information', 'Order information'), ('inbound_supply', 'Inbound supply'), ('production_feed', 'Production feed'), ('pickup', 'Pickup and handover'), ('short_haul', 'Short haul'), ('acceptance', 'Acceptance'), ('sorting', 'Sorting'), ('packing', 'Packing'), ('processing', 'Processing'), ('storage', 'Storage'), ('line_haul', 'Line haul'), ('tracking', 'Tracking'), ('stock', 'Stock'), ('arrival', 'Arrival'), ('delivery', 'Delivery'), ('billing', 'Billing')], max_length=20, verbose_name='stage')),
                ('exception', models.CharField(blank=True, choices=[('damage', 'Damage'), ('loss', 'Loss'), ('delay', 'Delay'), ('other', 'Other exception')], max_length=10, verbose_name='exception')),
                ('happened_at', models.DateTimeField(verbose_name='happened at')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='remark')),
                ('source', models.CharField(blank=True, max_length=100, verbose_name='source')),
                ('event_id', models.CharField(max_length=100, verbose_name='number of the event')),
                ('seq', models.BigIntegerField(null=True, verbose_name='source sequence')),
            ],
            options={
                'verbose_name': 'waybill event',
                'verbose_name_plural': 'waybill events',
                'db_table': 'shipments_waybillevent',
                'managed': False,
            },
        ),
    ]
