"""Whether anything happened lately: nights run by themselves only for a company at work."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION app_has_facts_since(day date) RETURNS boolean STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = public, pg_temp
AS $$ SELECT EXISTS (SELECT 1 FROM shipments_waybill
                      WHERE month >= extract(year FROM day) * 12 + extract(month FROM day) - 1
                        AND accepted_on >= day)
          OR EXISTS (SELECT 1 FROM contracts_planline WHERE due_on >= day AND state = 'open' AND paid < amount)
          OR EXISTS (SELECT 1 FROM contracts_allocation WHERE allocated_on >= day)
          OR EXISTS (SELECT 1 FROM surveys_response WHERE answered_on >= day) $$;
"""


class Migration(migrations.Migration):
    """A function that sees the facts of all customers and tells only that there are some."""

    dependencies = [
        ("segmentation", "0003_nightly_tables"),
        ("shipments", "0005_incoming"),
        ("contracts", "0004_ageing"),
        ("surveys", "0003_scores"),
    ]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION app_has_facts_since(date)")]
