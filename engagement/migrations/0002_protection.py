"""Row-level security and history of notes and alerts."""

from django.db import migrations

from core.protection import secure_rows, track_history

# The night opens and closes alerts by the hundred thousand; the alert itself says when and why.
# What people do to one is recorded.
BY_PEOPLE = """
CREATE TRIGGER history AFTER UPDATE ON engagement_alert FOR EACH ROW
    WHEN ((OLD.acknowledged_on, OLD.snoozed_on, OLD.snoozed_until)
          IS DISTINCT FROM (NEW.acknowledged_on, NEW.snoozed_on, NEW.snoozed_until))
    EXECUTE FUNCTION core_record_history('customer_id', '', '');
"""


class Migration(migrations.Migration):
    """Policies and triggers of engagement."""

    dependencies = [
        ("engagement", "0001_initial"),
        ("customers", "0002_row_security"),
        ("core", "0001_history"),
    ]
    operations = [
        secure_rows("engagement_note"),
        secure_rows("engagement_alert"),
        track_history("engagement_note", customer="customer_id"),
        migrations.RunSQL(BY_PEOPLE, "DROP TRIGGER history ON engagement_alert"),
    ]
