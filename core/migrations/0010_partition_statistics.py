"""Statistics of a version's partition while it is being built, for the steps that read it.

Without them the planner believes that a two-hundredth of it matches and loops where it should hash.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION core_analyze_partition(parent text, version bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('ANALYZE %I', core_partition_name(parent, version));
END $$;
REVOKE ALL ON FUNCTION core_analyze_partition(text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION core_analyze_partition(text, bigint) TO crm_job, crm_owner;
"""


class Migration(migrations.Migration):
    """Creates the function."""

    dependencies = [("core", "0009_customers_looked_up_one_by_one")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION core_analyze_partition(text, bigint)"),
    ]
