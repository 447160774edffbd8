"""The web role reaches only what the acting person uploaded; administrators see that others exist."""

from django.db import migrations

FORWARD = """
ALTER TABLE workspace_upload ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON workspace_upload TO crm_app
    USING (user_id = (SELECT app_user_id()) OR (SELECT app_is_administrator()))
    WITH CHECK (user_id = (SELECT app_user_id()));
ALTER TABLE workspace_columnmapping ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON workspace_columnmapping TO crm_app USING (user_id = (SELECT app_user_id()));
"""
BACKWARD = """
DROP POLICY own ON workspace_columnmapping;
ALTER TABLE workspace_columnmapping DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON workspace_upload;
ALTER TABLE workspace_upload DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """Policies of uploads and of remembered columns."""

    dependencies = [("workspace", "0005_uploads"), ("organization", "0002_tree_and_scope")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
