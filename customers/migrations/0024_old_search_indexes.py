"""Indexes that the keys of customers and contacts have replaced."""

from django.db import migrations


class Migration(migrations.Migration):
    """Drops them; likeness of names is asked of 0016."""

    dependencies = [
        ('customers', "0023_quicker_keys"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='contact',
            name='contact_name_prefix',
        ),
        migrations.RemoveIndex(
            model_name='contact',
            name='contact_mobile_prefix',
        ),
        migrations.RemoveIndex(
            model_name='customer',
            name='customer_code_prefix',
        ),
        migrations.RemoveIndex(
            model_name='customer',
            name='customer_name_trigram',
        ),
        migrations.RemoveIndex(
            model_name='customer',
            name='customer_short_name_trigram',
        ),
    ]
