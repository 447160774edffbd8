"""Who reaches credit states and decisions, and the table of each night's credit."""

from django.db import migrations

from core.protection import secure_rows, track_history, versioned_table

COLUMNS = (
    "customer_id bigint NOT NULL, currency text NOT NULL, credit_limit numeric(20, 2), limit_of text NOT NULL,"
    " receivables numeric(20, 2) NOT NULL, unbilled numeric(20, 2) NOT NULL, orders numeric(20, 2) NOT NULL,"
    " unallocated numeric(20, 2) NOT NULL, deposit numeric(20, 2) NOT NULL, exposure numeric(20, 2) NOT NULL,"
    " pooled numeric(20, 2) NOT NULL, used numeric(20, 6), overdue numeric(20, 2) NOT NULL,"
    " worst_days integer NOT NULL, state text NOT NULL, shown text NOT NULL, reasons text[] NOT NULL,"
    " held boolean NOT NULL, release_until date, release_ceiling numeric(20, 2), before text NOT NULL,"
    " payment_score numeric(5, 2), rating_score numeric(5, 2), rating text NOT NULL, parts jsonb NOT NULL"
)
# Only the functions of the next migration write states and decisions.
WRITTEN_BY_FUNCTIONS = """
REVOKE INSERT, UPDATE, DELETE ON contracts_creditstate FROM crm_app, crm_job;
REVOKE INSERT, UPDATE, DELETE ON contracts_creditdecision FROM crm_app;
REVOKE INSERT, DELETE ON contracts_creditdecision FROM crm_job;
"""
WRITTEN_BY_FUNCTIONS_BACK = """
GRANT INSERT, UPDATE, DELETE ON contracts_creditstate, contracts_creditdecision TO crm_app, crm_job;
"""


class Migration(migrations.Migration):
    """Policies, histories, the versioned table contracts_credit."""

    dependencies = [
        ("contracts", "0022_credit_state"),
        ("core", "0003_partitions"),
        ("customers", "0015_merge_protection"),
    ]
    operations = [
        secure_rows("contracts_creditstate"),
        secure_rows("contracts_creditdecision"),
        migrations.RunSQL(WRITTEN_BY_FUNCTIONS, WRITTEN_BY_FUNCTIONS_BACK),
        secure_rows("contracts_credithold"),
        track_history("contracts_credithold", customer="customer_id"),
        secure_rows("contracts_creditrelease"),
        track_history("contracts_creditrelease", customer="customer_id"),
        versioned_table(
            "contracts_credit",
            COLUMNS,
            indexes=["UNIQUE (customer_id, currency)", "(shown, customer_id)"],
        ),
        secure_rows("contracts_credit"),
    ]
