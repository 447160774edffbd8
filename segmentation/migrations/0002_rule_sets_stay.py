"""A rule set that was active is never changed or deleted; history of rule sets."""

from django.db import migrations

from core.protection import track_history

FREEZE = """
CREATE FUNCTION segmentation_keep_rule_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND (TG_OP = 'DELETE' OR NEW.status NOT IN (OLD.status, 'retired')
        OR (NEW.version, NEW.document, NEW.author_id, NEW.note, NEW.created_at, NEW.activated_at)
            IS DISTINCT FROM
           (OLD.version, OLD.document, OLD.author_id, OLD.note, OLD.created_at, OLD.activated_at)) THEN
        RAISE EXCEPTION 'rule set % was active: it is only read', OLD.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleset_kept_once_active';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON segmentation_ruleset
    FOR EACH ROW EXECUTE FUNCTION segmentation_keep_rule_set();
"""
FREEZE_BACK = """
DROP TRIGGER keep ON segmentation_ruleset; DROP FUNCTION segmentation_keep_rule_set();
"""


class Migration(migrations.Migration):
    """Trigger and history of segmentation_ruleset."""

    dependencies = [("segmentation", "0001_initial"), ("core", "0001_history")]
    operations = [
        migrations.RunSQL(FREEZE, FREEZE_BACK),
        track_history("segmentation_ruleset", customer=""),
    ]
