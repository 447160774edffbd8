"""The scores of each night; a unit's slice is read by those who see the unit."""

from django.db import migrations

from core.protection import versioned_table

COLUMNS = (
    "survey_id bigint NOT NULL, metric text NOT NULL, slice text NOT NULL, n integer NOT NULL,"
    " value numeric, low numeric, high numeric"
)
# Cuts over all units are the whole company's figures: only those who see all of it read them.
SECURE = """
ALTER TABLE surveys_score ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON surveys_score TO crm_app USING (
    (SELECT app_sees_all())
    OR slice IN (SELECT 'unit:' || code FROM organization_orgunit WHERE id IN (SELECT app_unit_ids()))
);
"""
SECURE_BACK = """
DROP POLICY visible ON surveys_score; ALTER TABLE surveys_score DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """One partition a version."""

    dependencies = [("surveys", "0002_row_security"), ("core", "0003_partitions")]
    operations = [
        versioned_table("surveys_score", COLUMNS, indexes=["UNIQUE (survey_id, metric, slice)"]),
        migrations.RunSQL(SECURE, SECURE_BACK),
    ]
