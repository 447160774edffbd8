"""Indexes by which files of one company find each other: name in one spelling, phone by its digits."""

from django.db import migrations

INDEXES = {
    "customer_plain_name": "customers_customer (app_normalised_name(name))",
    "customer_plain_name_trigram": "customers_customer USING gin (app_normalised_name(name) gin_trgm_ops)",
    "customer_phone_digits": "customers_customer (app_phone_digits(phone)) WHERE phone <> ''",
    "contact_mobile_digits": "customers_contact (app_phone_digits(mobile)) WHERE mobile <> ''",
}


class Migration(migrations.Migration):
    """Made while others write."""

    atomic = False
    dependencies = [("customers", "0015_merge_protection"), ("core", "0011_text")]
    operations = [
        migrations.RunSQL(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {what}",
            f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
        )
        for name, what in INDEXES.items()
    ]
