"""What of a customer hangs on lost ones in its network (C10), by night."""

from django.db import migrations

from core.protection import secure_rows, versioned_table

EXPOSURE = (
    "customer_id bigint NOT NULL, exposure numeric(7, 6) NOT NULL, revenue_at_risk numeric(24, 2) NOT NULL,"
    " partners integer NOT NULL, lost_partners integer NOT NULL, lost_share numeric(7, 6) NOT NULL,"
    " lost_partner_id bigint"
)


class Migration(migrations.Migration):
    """The versioned table segmentation_exposure."""

    dependencies = [("segmentation", "0029_simulations_end"), ("shipments", "0018_pair_months")]
    operations = [
        versioned_table("segmentation_exposure", EXPOSURE, indexes=["UNIQUE (customer_id)"]),
        secure_rows("segmentation_exposure"),
    ]
