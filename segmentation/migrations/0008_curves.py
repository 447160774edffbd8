"""Each night's Pareto curve of every unit; read by those who see the unit."""

from django.db import migrations

from core.protection import versioned_table

COLUMNS = (
    "org_unit_id bigint NOT NULL, place bigint NOT NULL, held numeric(24, 2) NOT NULL,"
    " heads bigint NOT NULL, total numeric(24, 2) NOT NULL, weighted numeric(36, 2) NOT NULL"
)
SECURE = """
ALTER TABLE segmentation_curve ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON segmentation_curve FOR SELECT TO crm_app USING (
    (SELECT app_sees_all()) OR org_unit_id IN (SELECT app_unit_ids())
);
"""
SECURE_BACK = """
DROP POLICY visible ON segmentation_curve; ALTER TABLE segmentation_curve DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """The versioned table segmentation_curve."""

    dependencies = [("segmentation", "0007_portfolio_models")]
    operations = [
        versioned_table("segmentation_curve", COLUMNS, indexes=["UNIQUE (org_unit_id, place)"]),
        migrations.RunSQL(SECURE, SECURE_BACK),
    ]
