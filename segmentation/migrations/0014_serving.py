"""What serving each customer costs, and the lanes on which it costs more than it brings."""

from django.db import migrations

from core.protection import secure_rows, versioned_table

SERVING = (
    "customer_id bigint NOT NULL, tier text NOT NULL, revenue numeric(20, 2) NOT NULL, margin numeric(20, 2),"
    " waiting_minutes bigint NOT NULL, minutes_over bigint NOT NULL, storage_days bigint NOT NULL,"
    " days_over bigint NOT NULL, waiting_charge numeric(20, 2) NOT NULL, storage_charge numeric(20, 2) NOT NULL,"
    " borne numeric(20, 2) NOT NULL, touches bigint NOT NULL, cost_to_serve numeric(20, 2), result numeric(20, 2),"
    " effort text NOT NULL"
)
LOSS_LANE = (
    "customer_id bigint NOT NULL, origin text NOT NULL, destination text NOT NULL, shipments bigint NOT NULL,"
    " uncosted bigint NOT NULL, revenue numeric(24, 2) NOT NULL, cost numeric(24, 2) NOT NULL"
)


class Migration(migrations.Migration):
    """Two versioned tables and their row-level security."""

    dependencies = [("segmentation", "0013_like_days"), ("shipments", "0010_lane_months")]
    operations = [
        versioned_table(
            "segmentation_serving",
            SERVING,
            indexes=["UNIQUE (customer_id)", "(result, customer_id)", "(effort, margin, customer_id)"],
        ),
        versioned_table(
            "segmentation_losslane",
            LOSS_LANE,
            indexes=["UNIQUE (customer_id, origin, destination)", "((revenue - cost), customer_id)"],
        ),
        secure_rows("segmentation_serving"),
        secure_rows("segmentation_losslane"),
    ]
