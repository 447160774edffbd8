"""Who reaches decisions about contracts, and their history."""

from django.db import migrations

from core.protection import secure_rows, track_history


class Migration(migrations.Migration):
    """Policy and trigger."""

    dependencies = [
        ("contracts", "0018_contract_life"),
        ("customers", "0015_merge_protection"),
        ("core", "0001_history"),
    ]
    operations = [
        secure_rows("contracts_contractdecision"),
        track_history("contracts_contractdecision", customer="customer_id"),
    ]
