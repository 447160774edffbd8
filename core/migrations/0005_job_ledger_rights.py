"""Web processes read the job ledger; all they may write is that a run shall be done again."""

from django.db import migrations

FORWARD = """
REVOKE INSERT, UPDATE, DELETE ON core_jobrun, core_jobstep, core_fence FROM crm_app;
GRANT UPDATE (requested_at, requested_by) ON core_jobrun TO crm_app;
REVOKE DELETE ON core_jobrun, core_jobstep, core_fence, core_version FROM crm_job;
"""

BACKWARD = """
GRANT DELETE ON core_jobrun, core_jobstep, core_fence, core_version TO crm_job;
REVOKE UPDATE (requested_at, requested_by) ON core_jobrun FROM crm_app;
GRANT INSERT, UPDATE, DELETE ON core_jobrun, core_jobstep, core_fence TO crm_app;
"""


class Migration(migrations.Migration):
    """Rights on the job ledger."""

    dependencies = [("core", "0004_job_ledger")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
