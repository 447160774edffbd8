"""What a group leaves is counted from the limits as they are judged: half of one that has ended."""

from importlib import import_module

from django.db import migrations

before = import_module("contracts.migrations.0038_credit_follows")

_SUM = "SELECT head.credit_limit - coalesce((SELECT sum(below.credit_limit) FROM below), 0) FROM head\n"
COUNTED = """, counted AS (  -- as credit is judged by, where it ever was
    SELECT it.id, coalesce(k.credit_limit, it.credit_limit) AS credit_limit
      FROM (SELECT id, credit_limit FROM head UNION ALL SELECT id, credit_limit FROM below) it
      LEFT JOIN contracts_creditstate k ON k.customer_id = it.id AND k.limit_of = 'own'
     WHERE it.credit_limit IS NOT NULL
)
SELECT sum(CASE c.id WHEN head.id THEN c.credit_limit ELSE -c.credit_limit END) FROM head CROSS JOIN counted c
"""
BACK = before.GROUP_ROOM.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
GROUP_ROOM = BACK.replace(")\n" + _SUM, ")" + COUNTED)


class Migration(migrations.Migration):
    """The function anew."""

    dependencies = [("contracts", "0042_evidence_of_its_promise")]
    operations = [migrations.RunSQL(GROUP_ROOM, BACK)]
