"""How many files hang on one head, by unit and manager, one version a night."""

from django.db import migrations

from core.protection import versioned_table

COLUMNS = (
    "org_unit_id bigint NOT NULL, account_manager_id bigint NOT NULL, customers bigint NOT NULL,"
    " alone bigint NOT NULL, one_contact bigint NOT NULL, unvisited bigint NOT NULL,"
    " all_three bigint NOT NULL"
)
PROTECT = """
ALTER TABLE engagement_filerisk ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON engagement_filerisk FOR SELECT TO crm_app USING (
    (SELECT app_sees_all()) OR org_unit_id IN (SELECT app_unit_ids())
);
"""
PROTECT_BACK = """
DROP POLICY visible ON engagement_filerisk; ALTER TABLE engagement_filerisk DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    """The versioned table, its policy, the model over it."""

    dependencies = [
        ("engagement", "0011_credit_alerts"),
        ("core", "0002_versions"),
        ("organization", "0002_tree_and_scope"),
    ]
    operations = [
        versioned_table("engagement_filerisk", COLUMNS, indexes=["(org_unit_id)"]),
        migrations.RunSQL(PROTECT, PROTECT_BACK),
    ]
