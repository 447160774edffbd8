"""Who stands above a company in its group, also where the person asking may not look."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION app_group_above(company bigint) RETURNS SETOF bigint STABLE SECURITY DEFINER LANGUAGE sql
SET search_path = public, pg_temp
AS $$ WITH RECURSIVE above AS (
          SELECT id, parent_id FROM customers_customer WHERE id = company
          UNION
          SELECT c.id, c.parent_id FROM above JOIN customers_customer c ON c.id = above.parent_id)
      SELECT id FROM above $$;
"""


class Migration(migrations.Migration):
    """Ids only: forms refuse a ring of companies without showing what it is made of."""

    dependencies = [("customers", "0002_row_security")]
    operations = [migrations.RunSQL(FORWARD, "DROP FUNCTION app_group_above(bigint)")]
