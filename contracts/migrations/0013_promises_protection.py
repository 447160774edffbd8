"""Who reaches promises to pay, and their history."""

from django.db import migrations

from core.protection import secure_rows, track_history


class Migration(migrations.Migration):
    """Policies and triggers of promises."""

    dependencies = [
        ("contracts", "0012_promises"),
        ("customers", "0015_merge_protection"),
        ("core", "0001_history"),
    ]
    operations = [
        secure_rows("contracts_promise"),
        track_history("contracts_promise", customer="customer_id", ignored="received"),
    ]
