"""Each night's indicators and classes: one row a customer and version."""

from django.db import migrations

from core.protection import secure_rows, versioned_table

FIGURES = (
    "customer_id bigint NOT NULL, shipments_12m bigint NOT NULL, revenue_12m numeric(20, 2) NOT NULL,"
    " cost_12m numeric(20, 2), margin_12m numeric(20, 2), revenue_prev_12m numeric(20, 2) NOT NULL,"
    " promised bigint NOT NULL, on_time bigint NOT NULL, exceptions bigint NOT NULL, last_accepted_on date,"
    " due numeric(20, 2), collected numeric(20, 2), paid numeric(20, 2), paid_days_late numeric(26, 2)"
)
CLASSIFICATION = (
    "customer_id bigint NOT NULL, value numeric(20, 2), value_above numeric(20, 2),"
    " value_total numeric(20, 2) NOT NULL, abc_class text NOT NULL, abc_class_by_count text NOT NULL,"
    " size text NOT NULL, tier text NOT NULL, is_risk boolean NOT NULL, is_potential boolean NOT NULL,"
    " reasons jsonb NOT NULL"
)


class Migration(migrations.Migration):
    """Versioned tables and their row-level security."""

    dependencies = [
        ("segmentation", "0002_rule_sets_stay"),
        ("core", "0003_partitions"),
        ("customers", "0002_row_security"),
    ]
    operations = [
        versioned_table(
            "segmentation_figures",
            FIGURES,
            indexes=["UNIQUE (customer_id)", "(revenue_12m DESC, customer_id)"],
        ),
        versioned_table(
            "segmentation_classification", CLASSIFICATION, indexes=["UNIQUE (customer_id)"]
        ),
        secure_rows("segmentation_figures"),
        secure_rows("segmentation_classification"),
    ]
