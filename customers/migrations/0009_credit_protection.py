"""Row-level security and history of the credit dossier and of files."""

from django.db import migrations

from core.protection import secure_rows, track_history

# Of an opening only the customer may change: it goes along when two files become one.
ONLY_ADDED = """
REVOKE UPDATE, DELETE ON customers_bankaccountopening FROM crm_app, crm_job;
GRANT UPDATE (customer_id) ON customers_bankaccountopening TO crm_app, crm_job;
"""
ONLY_ADDED_BACK = "GRANT UPDATE, DELETE ON customers_bankaccountopening TO crm_app, crm_job"

_TABLES = (
    *("creditfact", "qualification", "statement", "guarantee", "creditevent"),
    *("creditlimitchange", "creditreview", "dangersign", "attachment"),
)


class Migration(migrations.Migration):
    """Policies and triggers. Account numbers are recorded only as changed."""

    dependencies = [
        ("customers", "0008_credit_dossier"),
        ("core", "0009_customers_looked_up_one_by_one"),
    ]
    operations = [
        *(secure_rows(f"customers_{table}") for table in _TABLES),
        *(track_history(f"customers_{table}", customer="customer_id") for table in _TABLES),
        secure_rows("customers_bankaccount"),
        track_history("customers_bankaccount", customer="customer_id", masked="account_no"),
        secure_rows("customers_bankaccountopening"),
        migrations.RunSQL(ONLY_ADDED, ONLY_ADDED_BACK),
    ]
