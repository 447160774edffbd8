"""Another service policy is a change for dispatch: by another size, a deviation, or other rules.

Only where what dispatch is told differs (customers/rules/policies.py, OF_DISPATCH).
"""

from importlib import import_module

from django.db import migrations

before = import_module("api.migrations.0004_changes_and_webhooks_protection").NOTE
_BEGIN, _END = before.index("CREATE FUNCTION api_note_change"), before.index("CREATE FUNCTION api_note_new")
_BEFORE = before[_BEGIN:_END]
_FUNCTION, _TRIGGER = _BEFORE.split("CREATE TRIGGER")
_FUNCTION = _FUNCTION.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
_TRIGGER = "CREATE TRIGGER" + _TRIGGER
_DROP = "DROP TRIGGER note_change_for_dispatch ON customers_customer;"

_ABC = "        CASE WHEN NEW.abc_class <> OLD.abc_class THEN 'abc_class' END,\n"
_POLICY = """        CASE WHEN customers_policy_code(NEW.tier, NEW.size, NEW.status)
                  <> customers_policy_code(OLD.tier, OLD.size, OLD.status) THEN 'service_policy' END,
"""
_WHEN = "        IS DISTINCT FROM\n"
_ROW = "         {0}.attention, {0}.special_operations, {0}.merged_into_id, {0}.org_unit_id)"
_ROW_NOW = (
    "         {0}.attention, {0}.special_operations, {0}.merged_into_id, {0}.org_unit_id,\n"
    "         customers_policy_code({0}.tier, {0}.size, {0}.status))"
)


def _with_policy() -> str:
    trigger = _TRIGGER.replace("status, tier, abc_class", "status, tier, size, abc_class")
    for row in ("OLD", "NEW"):
        trigger = trigger.replace(_ROW.format(row), _ROW_NOW.format(row))
    return _FUNCTION.replace(_ABC, _ABC + _POLICY) + _DROP + trigger


NOTE = """
CREATE FUNCTION api_note_deviation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What a customer was granted begins, ends, or went to another file with a merge.
BEGIN
    INSERT INTO api_change (customer_id, code, fields, at)
    SELECT c.id, c.code, ARRAY['service_policy'], clock_timestamp() FROM customers_customer c
     WHERE c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.customer_id END,
                    CASE WHEN TG_OP <> 'DELETE' THEN NEW.customer_id END)
     ORDER BY c.id;
    RETURN NULL;
END $$;
CREATE TRIGGER note_deviation_for_dispatch AFTER INSERT OR UPDATE ON customers_policydeviation
    FOR EACH ROW WHEN (NEW.point IN ('answer_hours', 'solution_days', 'first', 'best', 'favourable'))
    EXECUTE FUNCTION api_note_deviation();

CREATE FUNCTION api_note_policies() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Other policies are in force: everybody who has one that differs for dispatch.
BEGIN
    INSERT INTO api_change (customer_id, code, fields, at)
    SELECT c.id, c.code, ARRAY['service_policy'], clock_timestamp()
      FROM customers_customer c
     WHERE c.merged_into_id IS NULL
       AND customers_policy_code(c.tier, c.size, c.status) IN (
           SELECT n.code FROM fresh n JOIN stale o ON o.code = n.code
            WHERE (n.answer_hours, n.solution_days, n.first, n.best, n.favourable)
                  IS DISTINCT FROM (o.answer_hours, o.solution_days, o.first, o.best, o.favourable))
     ORDER BY c.id;
    RETURN NULL;
END $$;
CREATE TRIGGER note_policies_for_dispatch AFTER UPDATE ON customers_servicepolicy
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION api_note_policies();
"""
NOTE_BACK = """
DROP TRIGGER note_policies_for_dispatch ON customers_servicepolicy; DROP FUNCTION api_note_policies();
DROP TRIGGER note_deviation_for_dispatch ON customers_policydeviation; DROP FUNCTION api_note_deviation();
"""


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("api", "0009_settlement_on"), ("customers", "0039_service_policies_protection")]
    operations = [
        migrations.RunSQL(_with_policy(), _FUNCTION + _DROP + _TRIGGER),
        migrations.RunSQL(NOTE, NOTE_BACK),
    ]
