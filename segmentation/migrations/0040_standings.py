"""How many customers of each value grade stand where in their life with us, by unit and manager."""

from django.db import migrations

from core.protection import versioned_table

STANDING = (
    "org_unit_id bigint NOT NULL, account_manager_id bigint, value_grade text NOT NULL,"
    " lifecycle text NOT NULL, customers bigint NOT NULL, revenue_12m numeric(24, 2) NOT NULL"
)
SECURE = """
ALTER TABLE segmentation_standing ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON segmentation_standing FOR SELECT TO crm_app USING (
    (SELECT app_sees_all())
    OR org_unit_id IN (SELECT app_unit_ids())
    OR account_manager_id IN (SELECT app_manager_ids())
);
"""
SECURE_BACK = """
DROP POLICY visible ON segmentation_standing; ALTER TABLE segmentation_standing DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """The versioned table segmentation_standing."""

    dependencies = [("segmentation", "0039_cost_ceiling")]
    operations = [
        versioned_table(
            "segmentation_standing", STANDING, indexes=["(org_unit_id)", "(account_manager_id)"]
        ),
        migrations.RunSQL(SECURE, SECURE_BACK),
    ]
