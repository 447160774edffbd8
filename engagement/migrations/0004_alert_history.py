"""History of what people do to alerts: the reason for a delay too, the night's urgency not."""

from django.db import migrations

FORWARD = """
DROP TRIGGER history ON engagement_alert;
CREATE TRIGGER history AFTER UPDATE ON engagement_alert FOR EACH ROW
    WHEN ((OLD.acknowledged_on, OLD.snoozed_on, OLD.snoozed_until, OLD.snooze_reason)
          IS DISTINCT FROM (NEW.acknowledged_on, NEW.snoozed_on, NEW.snoozed_until, NEW.snooze_reason))
    EXECUTE FUNCTION core_record_history('customer_id', '', 'urgency');
"""
BACKWARD = """
DROP TRIGGER history ON engagement_alert;
CREATE TRIGGER history AFTER UPDATE ON engagement_alert FOR EACH ROW
    WHEN ((OLD.acknowledged_on, OLD.snoozed_on, OLD.snoozed_until)
          IS DISTINCT FROM (NEW.acknowledged_on, NEW.snoozed_on, NEW.snoozed_until))
    EXECUTE FUNCTION core_record_history('customer_id', '', '');
"""


class Migration(migrations.Migration):
    """The trigger of migration 0002 again, with another condition."""

    dependencies = [("engagement", "0003_alert_queue")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
