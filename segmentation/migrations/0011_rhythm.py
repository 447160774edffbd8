"""Each night's rhythm of every customer that ever shipped (C9)."""

from django.db import migrations

from core.protection import secure_rows, versioned_table

COLUMNS = (
    "customer_id bigint NOT NULL, state text NOT NULL, usual_days integer NOT NULL, typical_days integer,"
    " gaps integer NOT NULL, is_own boolean NOT NULL, silent_days integer NOT NULL, last_on date NOT NULL,"
    " recent integer NOT NULL, base integer NOT NULL, recent_weeks integer NOT NULL, base_weeks integer NOT NULL,"
    " decay text NOT NULL"
)


class Migration(migrations.Migration):
    """The versioned table segmentation_rhythm and its row-level security."""

    dependencies = [
        ("segmentation", "0010_portfolios_follow_together"),
        ("shipments", "0011_shipping_days"),
    ]
    operations = [
        versioned_table("segmentation_rhythm", COLUMNS, indexes=["UNIQUE (customer_id)"]),
        secure_rows("segmentation_rhythm"),
    ]
