"""Row-level security and history of contracts; the ledger is its own history."""

from django.db import migrations

from core.protection import secure_rows, track_history


class Migration(migrations.Migration):
    """Policies and triggers of contracts."""

    dependencies = [
        ("contracts", "0002_ledger"),
        ("customers", "0002_row_security"),
        ("core", "0001_history"),
    ]
    operations = [
        secure_rows("contracts_contract"),
        secure_rows("contracts_planline"),
        secure_rows("contracts_receipt"),
        secure_rows("contracts_allocation"),
        secure_rows("contracts_paymentnotice"),
        track_history("contracts_contract", customer="customer_id"),
        track_history("contracts_planline", customer="customer_id", ignored="paid"),
        track_history(
            "contracts_receipt", customer="customer_id", ignored="allocated effective_on"
        ),
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, DELETE ON contracts_paymentnotice FROM crm_app",
            "GRANT INSERT, UPDATE, DELETE ON contracts_paymentnotice TO crm_app",
        ),
    ]
