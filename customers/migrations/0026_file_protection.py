"""Row security and history of what hangs on a file; a renamed company keeps its old name."""

from django.db import migrations

from core.protection import secure_rows, track_history

KEEP = """
CREATE FUNCTION customers_keep_past() RETURNS trigger LANGUAGE plpgsql AS $$
-- Whoever writes these columns by hand, or takes an import back, has the last word.
BEGIN
    IF NEW.name <> OLD.name AND NEW.former_names = OLD.former_names THEN
        NEW.former_names := array_remove(array_remove(OLD.former_names, OLD.name), NEW.name)
                            || OLD.name;
    END IF;
    IF NEW.status <> OLD.status THEN
        IF NEW.status_on IS NOT DISTINCT FROM OLD.status_on THEN
            NEW.status_on := (now() AT TIME ZONE 'Asia/Shanghai')::date;
        END IF;
        IF NEW.status_reason = OLD.status_reason THEN
            NEW.status_reason := '';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_past BEFORE UPDATE OF name, status ON customers_customer
    FOR EACH ROW WHEN (OLD.name <> NEW.name OR OLD.status <> NEW.status)
    EXECUTE FUNCTION customers_keep_past();
REVOKE INSERT, UPDATE, DELETE ON customers_division FROM crm_app, crm_job;
"""
KEEP_BACK = """
GRANT INSERT, UPDATE, DELETE ON customers_division TO crm_app, crm_job;
DROP TRIGGER keep_past ON customers_customer;
DROP FUNCTION customers_keep_past();
"""


class Migration(migrations.Migration):
    """Policies and triggers."""

    dependencies = [("customers", "0025_file_facts")]
    operations = [
        secure_rows("customers_shareholder"),
        secure_rows("customers_address"),
        secure_rows("customers_confirmation"),
        secure_rows("customers_filestate"),
        track_history("customers_shareholder", customer="customer_id"),
        track_history("customers_address", customer="customer_id"),
        track_history("customers_confirmation", customer="customer_id"),
        track_history("customers_filestandard", customer=""),
        migrations.RunSQL(KEEP, KEEP_BACK),
    ]
