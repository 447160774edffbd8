"""Dispatch is told of another value grade and of another kind of key account, which the answer holds too."""

from importlib import import_module

from django.db import migrations

# The function, then its trigger dropped and made again.
BEFORE = import_module("api.migrations.0010_service_policies")._with_policy()
_CREDIT = "        CASE WHEN NEW.credit_limit"
_WORTH = (
    "        CASE WHEN NEW.value_grade <> OLD.value_grade THEN 'value_grade' END,\n"
    "        CASE WHEN NEW.key_account_kind <> OLD.key_account_kind THEN 'key_account_kind' END,\n"
)
NOTE = BEFORE.replace(_CREDIT, _WORTH + _CREDIT)
for row in ("", "OLD.", "NEW."):
    NOTE = NOTE.replace(f" {row}abc_class, ", f" {row}abc_class, {row}value_grade, {row}key_account_kind, ")


class Migration(migrations.Migration):
    """api_note_change() and its trigger."""

    dependencies = [("api", "0010_service_policies"), ("customers", "0040_worth")]
    operations = [migrations.RunSQL(NOTE, BEFORE)]
