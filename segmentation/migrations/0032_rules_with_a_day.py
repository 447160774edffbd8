"""Rules that are decided on may wait for the night of a day; until then they are only read."""

from importlib import import_module

from django.db import migrations, models

KEEP_BACK = import_module("segmentation.migrations.0020_rules_by_two_protection").KEEP
KEEP = """
CREATE OR REPLACE FUNCTION segmentation_keep_rule_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('active', 'retired') AND (TG_OP = 'DELETE' OR NEW.status NOT IN (OLD.status, 'retired')
        OR (NEW.version, NEW.document, NEW.author_id, NEW.note, NEW.created_at, NEW.activated_at,
            NEW.asked_at, NEW.activated_by_id, NEW.is_alone, NEW.starts_on)
            IS DISTINCT FROM
           (OLD.version, OLD.document, OLD.author_id, OLD.note, OLD.created_at, OLD.activated_at,
            OLD.asked_at, OLD.activated_by_id, OLD.is_alone, OLD.starts_on)) THEN
        RAISE EXCEPTION 'rule set % was active: it is only read', OLD.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleset_kept_once_active';
    END IF;
    IF OLD.status = 'waiting' AND TG_OP = 'UPDATE' AND (NEW.status = 'retired' OR NEW.status <> 'draft'
        AND (NEW.asked_at, NEW.activated_by_id, NEW.starts_on)
            IS DISTINCT FROM
            (OLD.asked_at, OLD.activated_by_id, OLD.starts_on)) THEN
        RAISE EXCEPTION 'rule set % waits for its day: it comes into force or goes back', OLD.version
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ruleset_kept_once_decided';
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


class Migration(migrations.Migration):

    dependencies = [
        ('segmentation', '0031_exposure_model'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ruleset',
            name='ruleset_activated_unless_draft',
        ),
        migrations.RemoveConstraint(
            model_name='ruleset',
            name='ruleset_activated_by_somebody',
        ),
        migrations.AddField(
            model_name='ruleset',
            name='starts_on',
            field=models.DateField(blank=True, null=True, verbose_name='first day'),
        ),
        migrations.AlterField(
            model_name='ruleset',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('waiting', 'Waits for its day'), ('active', 'Active'), ('retired', 'Retired')], default='draft', max_length=10, verbose_name='status'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('status',), name='ruleset_one_waiting'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activated_at', None), ('status__in', ['draft', 'waiting'])), models.Q(('activated_at__isnull', False), ('status__in', ['active', 'retired'])), _connector='OR'), name='ruleset_activated_unless_draft'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('activated_by', None), ('is_alone', False), ('starts_on', None), ('status', 'draft')), models.Q(('activated_by', None), ('is_alone', True), ('starts_on', None), ('status__in', ['active', 'retired'])), models.Q(('activated_by__isnull', False), ('asked_at__isnull', False), ('author__isnull', False), ('is_alone', False), ('status__in', ['waiting', 'active', 'retired'])), _connector='OR'), name='ruleset_activated_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'waiting'), _negated=True), ('starts_on__isnull', False), _connector='OR'), name='ruleset_waits_for_a_day'),
        ),
        migrations.RunSQL(KEEP, KEEP_BACK),
    ]
