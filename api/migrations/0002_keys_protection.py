"""Keys have a history without their digests; a system reaches only what it was answered itself."""

from django.db import migrations

from core.protection import track_history

FORWARD = """
ALTER TABLE api_keptanswer ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON api_keptanswer TO crm_app USING (user_id = (SELECT app_user_id()));
"""
BACKWARD = """
DROP POLICY own ON api_keptanswer; ALTER TABLE api_keptanswer DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """One trigger, one policy."""

    dependencies = [("api", "0001_keys"), ("core", "0006_first_filling")]
    operations = [
        track_history("api_apikey", customer="", masked="digest", ignored="last_used_at"),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
