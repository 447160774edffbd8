"""Who reaches commitments, rebates, amendments and work beyond contracts, and their history."""

from django.db import migrations

from core.protection import secure_rows, track_history

TABLES = ("commitment", "extrawork", "rebatestep", "amendment")


class Migration(migrations.Migration):
    """Policies and triggers. The night's results are measured anew at any time: no history."""

    dependencies = [
        ("contracts", "0026_commitments"),
        ("customers", "0015_merge_protection"),
        ("core", "0001_history"),
    ]
    operations = [
        *(secure_rows(f"contracts_{table}") for table in TABLES),
        *(track_history(f"contracts_{table}", customer="customer_id") for table in TABLES),
        secure_rows("contracts_commitmentresult"),
    ]
