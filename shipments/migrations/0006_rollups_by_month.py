"""One month of the rollup is found without reading all: it lies together, as nights fold it."""

from django.db import migrations

FORWARD = """
CREATE INDEX customermonth_month ON shipments_customermonth
    USING brin (month) WITH (pages_per_range = 32, autosummarize = on)
"""


class Migration(migrations.Migration):
    """A few kilobytes; rows cost next to nothing more."""

    dependencies = [("shipments", "0005_incoming")]
    operations = [migrations.RunSQL(FORWARD, "DROP INDEX customermonth_month")]
