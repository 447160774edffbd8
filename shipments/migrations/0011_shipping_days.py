"""On which days of a month a customer shipped, as bits; told by the nightly recount, free for loads."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION shipments_first_day(month integer) RETURNS date IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
AS $$ SELECT make_date(month / 12, month % 12 + 1, 1) $$;
ALTER TABLE shipments_customermonth ADD COLUMN shipping_days integer NOT NULL DEFAULT 0;
UPDATE shipments_customermonth SET folded = false;
"""
BACKWARD = """
ALTER TABLE shipments_customermonth DROP COLUMN shipping_days;
DROP FUNCTION shipments_first_day(integer);
"""


class Migration(migrations.Migration):
    """The next night recounts every month once and fills the column."""

    dependencies = [("shipments", "0010_lane_months")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
