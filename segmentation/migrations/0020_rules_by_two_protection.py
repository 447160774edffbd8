"""Rules that were put in force so far were by one; a draft that is asked about does not change."""

from django.db import migrations, models

ALONE = "UPDATE segmentation_ruleset SET is_alone = true WHERE status <> 'draft'"
KEEP = """
CREATE OR REPLACE FUNCTION segmentation_keep_rule_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'draft' AND (TG_OP = 'DELETE' OR NEW.status NOT IN (OLD.status, 'retired')
        OR (NEW.version, NEW.document, NEW.author_id, NEW.note, NEW.created_at, NEW.activated_at,
            NEW.asked_at, NEW.activated_by_id, NEW.is_alone)
            IS DISTINCT FROM
           (OLD.version, OLD.document, OLD.author_id, OLD.note, OLD.created_at, OLD.activated_at,
            OLD.asked_at, OLD.activated_by_id, OLD.is_alone)) THEN
        RAISE EXCEPTION 'rule set % was active: it is only read', OLD.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleset_kept_once_active';
    END IF;
    IF OLD.asked_at IS NOT NULL AND (TG_OP = 'DELETE' OR
        (NEW.document, NEW.author_id, NEW.note) IS DISTINCT FROM
        (OLD.document, OLD.author_id, OLD.note)) THEN
        RAISE EXCEPTION 'rule set % is before another person: it is only read', OLD.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleset_kept_while_asked';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
KEEP_BACK = """
CREATE OR REPLACE FUNCTION segmentation_keep_rule_set() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    """What is there first, then what may never be false."""

    dependencies = [("segmentation", "0019_rules_by_two")]
    operations = [
        migrations.RunSQL(ALONE, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(('activated_by', None), ('author', None), models.Q(('activated_by', models.F('author')), _negated=True), _connector='OR'), name='ruleset_activated_by_another'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activated_by', None), ('is_alone', False), ('status', 'draft')), models.Q(('activated_by', None), ('is_alone', True), ('status__in', ['active', 'retired'])), models.Q(('activated_by__isnull', False), ('asked_at__isnull', False), ('author__isnull', False), ('is_alone', False), ('status__in', ['active', 'retired'])), _connector='OR'), name='ruleset_activated_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_back_by', None), ('sent_back_reason', '')), models.Q(('asked_at', None), ('sent_back_by__isnull', False), models.Q(('sent_back_reason', ''), _negated=True)), _connector='OR'), name='ruleset_sent_back_with_reason'),
        ),
    ]
