"""Who was put above small by hand is served no worse than one with potential.

A computed tier is large or medium only where the size is. Chosen for a customer of another size, it took
away the policy of one with potential, which the computed tier gave.
"""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("customers.migrations.0039_service_policies_protection").POLICY
_CODE = _BEFORE[_BEFORE.index("CREATE FUNCTION customers_policy_code") : _BEFORE.index("CREATE FUNCTION customers_policy_on")]
BEFORE = _CODE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
NOW = BEFORE.replace("tier = 'potential'", "tier IN ('potential', 'large', 'medium')")


class Migration(migrations.Migration):
    """The function alone: who asks it, asks as before."""

    dependencies = [("customers", "0041_worth_protection")]
    operations = [migrations.RunSQL(NOW, BEFORE)]
