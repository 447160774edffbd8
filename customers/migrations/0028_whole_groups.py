"""Which companies form a group, also where the person asking may not look."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION app_group_of(company bigint) RETURNS TABLE (id bigint, parent_id bigint) STABLE SECURITY DEFINER
LANGUAGE sql SET search_path = public, pg_temp
AS $$ WITH RECURSIVE top AS (
          SELECT c.id FROM customers_customer c
           WHERE c.id IN (SELECT app_group_above(company)) AND c.parent_id IS NULL),
      below AS (
          SELECT c.id, c.parent_id FROM top JOIN customers_customer c ON c.id = top.id
          UNION
          SELECT c.id, c.parent_id FROM below JOIN customers_customer c ON c.parent_id = below.id)
      SELECT below.id, below.parent_id FROM below LIMIT 2000 $$;
"""


class Migration(migrations.Migration):
    """Ids only: a page asks for those of them that its reader may see."""

    dependencies = [("customers", "0027_divisions_and_standards")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION app_group_of(bigint)")]
