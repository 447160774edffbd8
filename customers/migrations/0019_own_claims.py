"""A manager's own claims and views count on, also when the customer is somebody else's by now."""

from django.db import migrations

_TABLES = {"customers_poolentry": "taken_by_id", "customers_poolview": "user_id"}
_VISIBLE = (
    "(SELECT app_sees_all()) OR EXISTS"
    " (SELECT 1 FROM customers_customer c WHERE c.id = {table}.customer_id OFFSET 0)"
)
OWN = "".join(
    f"ALTER POLICY visible ON {table} USING"
    f" ({column} = (SELECT app_user_id()) OR {_VISIBLE.format(table=table)});"
    for table, column in _TABLES.items()
)
OWN_BACK = "".join(
    f"ALTER POLICY visible ON {table} USING ({_VISIBLE.format(table=table)});" for table in _TABLES
)


class Migration(migrations.Migration):
    """The policies."""

    dependencies = [("customers", "0018_prospects_protection")]
    operations = [migrations.RunSQL(OWN, OWN_BACK)]
