"""Credit is judged by the marks of the rule set in force; without any, by those delivered."""

from django.db import migrations

MARKS = """
CREATE OR REPLACE FUNCTION contracts_credit_marks() RETURNS contracts_creditmarks LANGUAGE sql STABLE AS $$
SELECT (coalesce((d.marks->>'watch_use')::numeric, 0.80), coalesce((d.marks->>'hold_use')::numeric, 1.00),
        coalesce((d.marks->>'stop_use')::numeric, 1.20), coalesce((d.marks->>'watch_days')::integer, 1),
        coalesce((d.marks->>'hold_days')::integer, 16), coalesce((d.marks->>'stop_days')::integer, 46),
        coalesce((d.marks->>'least_overdue')::numeric, 500.00), coalesce((d.marks->>'margin')::numeric, 0.05),
        coalesce((d.marks->>'fresh_days')::integer, 7), coalesce((d.marks->>'counts_orders')::boolean, true)
       )::contracts_creditmarks
  FROM (SELECT (SELECT document->'credit' FROM segmentation_ruleset WHERE status = 'active') AS marks) d
$$;
"""
MARKS_BACK = """
CREATE OR REPLACE FUNCTION contracts_credit_marks() RETURNS contracts_creditmarks LANGUAGE sql STABLE AS $$
SELECT (0.80, 1.00, 1.20, 1, 16, 46, 500.00, 0.05, 7, true)::contracts_creditmarks
$$;
"""


class Migration(migrations.Migration):
    """contracts_credit_marks() reads the rule set."""

    dependencies = [("segmentation", "0015_serving_models"), ("contracts", "0024_credit_functions")]
    operations = [migrations.RunSQL(MARKS, MARKS_BACK)]
