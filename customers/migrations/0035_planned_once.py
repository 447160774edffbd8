"""The search among few customers keeps its plan: planning it took longer than searching."""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("customers.migrations.0034_former_names").AMONG
OLD = BEFORE[BEFORE.index("DROP FUNCTION") :]
NEW = (
    OLD.replace("STABLE LANGUAGE sql AS", "STABLE LANGUAGE plpgsql AS")
    .replace("SELECT k.customer_id", "BEGIN RETURN QUERY SELECT k.customer_id")
    .replace("LIMIT most\n$$", "LIMIT most; END\n$$")
)


class Migration(migrations.Migration):
    """The same function in another language."""

    dependencies = [("customers", "0034_former_names")]
    operations = [migrations.RunSQL(NEW, OLD)]
