"""Who reaches statements, and their history."""

from django.db import migrations

from core.protection import secure_rows, track_history


class Migration(migrations.Migration):
    """Policies and triggers of statements and their items."""

    dependencies = [
        ("contracts", "0014_statements"),
        ("customers", "0015_merge_protection"),
        ("core", "0001_history"),
    ]
    operations = [
        secure_rows("contracts_statement"),
        track_history("contracts_statement", customer="customer_id", masked="link_key"),
        secure_rows("contracts_statementitem"),
        track_history("contracts_statementitem", customer="customer_id"),
    ]
