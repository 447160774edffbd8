"""What dispatch is told of a day by night is what it is told when it asks."""

from importlib import import_module

from django.db import migrations

before = import_module("api.migrations.0008_dated_terms")

_NOTE = before.NOTE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
_BY_ITSELF = """        SELECT m.customer_id, (
                   SELECT nullif(k.settlement, '') FROM contracts_agreed() k
                    WHERE k.customer_id = m.customer_id AND k.stage IN ('signed', 'terminated')
                      AND k.starts_on <= d.day AND (k.last_on IS NULL OR k.last_on >= d.day)
                    ORDER BY k.starts_on DESC, k.id DESC LIMIT 1) AS settlement
"""
_ASKED = """        SELECT m.customer_id, (SELECT s.settlement FROM contracts_settlement_on(m.customer_id, d.day) s) AS settlement
"""


class Migration(migrations.Migration):
    """The function of the night asks that of the contracts."""

    dependencies = [("api", "0008_dated_terms"), ("contracts", "0045_days_of_settlement")]
    operations = [migrations.RunSQL(_NOTE.replace(_BY_ITSELF, _ASKED), _NOTE)]
