"""Who reaches key accounts, and their history; which kind of key account a customer is."""

from django.db import migrations

from core.protection import secure_rows, track_history

KIND = """
CREATE FUNCTION segmentation_key_account_kind(is_named boolean, size text, is_potential boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
-- rules/key_accounts.py, key_account_kind
SELECT CASE WHEN is_named THEN 'important' WHEN size = 'large' THEN 'economic' WHEN is_potential THEN 'potential' ELSE '' END
$$;
"""
KIND_BACK = "DROP FUNCTION segmentation_key_account_kind(boolean, text, boolean)"


class Migration(migrations.Migration):
    """Policy, triggers, and a function of the rules."""

    dependencies = [("segmentation", "0033_key_accounts")]
    operations = [
        secure_rows("segmentation_keyaccount"),
        track_history("segmentation_keyaccount", customer="customer_id"),
        migrations.RunSQL(KIND, KIND_BACK),
    ]
