"""Who reaches payers and bank lines, and their history."""

from django.db import migrations

from core.protection import secure_rows, track_history

# Coarse: visible_to looks at the role as well (contracts/querysets.py).
FORWARD = """
ALTER TABLE contracts_bankline ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON contracts_bankline TO crm_app USING (
    unit_id IN (SELECT app_unit_ids())
    AND EXISTS (SELECT 1 FROM organization_user u WHERE u.id = (SELECT app_user_id()) AND u.role = 'finance')
);
"""
BACKWARD = """
DROP POLICY visible ON contracts_bankline;
ALTER TABLE contracts_bankline DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Policies and triggers of payers and bank lines."""

    dependencies = [
        ("contracts", "0010_cash"),
        ("customers", "0015_merge_protection"),
        ("core", "0001_history"),
    ]
    operations = [
        secure_rows("contracts_payer"),
        track_history("contracts_payer", customer="customer_id"),
        migrations.RunSQL(FORWARD, BACKWARD),
        # Administrators read the history of what belongs to no customer, and see no customer.
        track_history(
            "contracts_bankline", customer="", masked="reference payer_name payer_account amount text"
        ),
    ]
