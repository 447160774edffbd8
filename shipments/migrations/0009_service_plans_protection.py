"""Row-level security and history of service plans, their stages and gains."""

from django.db import migrations

from core.protection import secure_rows, track_history

TABLES = ("shipments_serviceplan", "shipments_planstage", "shipments_plangain")


class Migration(migrations.Migration):
    """Policies and triggers."""

    dependencies = [
        ("shipments", "0008_service_plans"),
        ("customers", "0015_merge_protection"),
        ("core", "0006_first_filling"),
    ]
    operations = [
        operation
        for table in TABLES
        for operation in (secure_rows(table), track_history(table, customer="customer_id"))
    ]
