"""Statistics are gathered for every company that grows: the function moved to core."""

from django.db import migrations

BACKWARD = """
CREATE FUNCTION workspace_gather_statistics() RETURNS void LANGUAGE sql
AS $$ SELECT core_gather_statistics(false) $$;
REVOKE ALL ON FUNCTION workspace_gather_statistics() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION workspace_gather_statistics() TO crm_job;
"""


class Migration(migrations.Migration):
    """Drops the old one."""

    dependencies = [("workspace", "0003_statistics"), ("core", "0007_statistics")]
    operations = [migrations.RunSQL("DROP FUNCTION workspace_gather_statistics()", BACKWARD)]
