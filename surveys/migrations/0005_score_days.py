"""Scores know from when to when their survey was answered within the cut."""

from django.db import migrations

FORWARD = "ALTER TABLE surveys_score ADD COLUMN first_on date, ADD COLUMN last_on date"
BACKWARD = "ALTER TABLE surveys_score DROP COLUMN first_on, DROP COLUMN last_on"


class Migration(migrations.Migration):
    """Two columns; nights computed before have none."""

    dependencies = [("surveys", "0004_score_parts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
