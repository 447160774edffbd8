"""Scores keep what they are made of, so that pages can say how many stand at either end."""

from django.db import migrations

FORWARD = """
ALTER TABLE surveys_score
    ADD COLUMN question text NOT NULL DEFAULT '',
    ADD COLUMN total bigint NOT NULL DEFAULT 0,
    ADD COLUMN satisfied integer NOT NULL DEFAULT 0,
    ADD COLUMN dissatisfied integer NOT NULL DEFAULT 0
"""
BACKWARD = """
ALTER TABLE surveys_score
    DROP COLUMN question, DROP COLUMN total, DROP COLUMN satisfied, DROP COLUMN dissatisfied
"""


class Migration(migrations.Migration):
    """Four columns; nights computed before show their figures without them."""

    dependencies = [("surveys", "0003_scores")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
