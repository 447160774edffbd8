"""Pages read whether the demonstration is there; only jobs write it."""

from django.db import migrations


class Migration(migrations.Migration):
    """Takes the right to write from the web role."""

    dependencies = [("workspace", "0001_demonstration")]
    operations = [
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, DELETE ON workspace_demonstration FROM crm_app",
            "GRANT INSERT, UPDATE, DELETE ON workspace_demonstration TO crm_app",
        )
    ]
