"""How well it stands with customers (C12) by night, and what became of them; who is lost to the network."""

from django.db import migrations

from core.protection import secure_rows, versioned_table

HEALTH = (
    "customer_id bigint NOT NULL, volume numeric(5, 2), payment numeric(5, 2), service numeric(5, 2),"
    " sentiment numeric(5, 2), engagement numeric(5, 2), network numeric(5, 2), score numeric(5, 2),"
    " grade text NOT NULL, is_capped boolean NOT NULL, reasons jsonb NOT NULL"
)
TEST = "then_on date NOT NULL, grade text NOT NULL, customers integer NOT NULL, lost integer NOT NULL"


class Migration(migrations.Migration):
    """The versioned tables segmentation_health and segmentation_healthtest, a column of the exposures."""

    dependencies = [("segmentation", "0036_contract_holdout")]
    operations = [
        versioned_table("segmentation_health", HEALTH, indexes=["UNIQUE (customer_id)"]),
        secure_rows("segmentation_health"),
        versioned_table("segmentation_healthtest", TEST, indexes=["UNIQUE (grade)"]),
        migrations.RunSQL(
            "ALTER TABLE segmentation_exposure ADD COLUMN is_lost boolean NOT NULL DEFAULT false",
            "ALTER TABLE segmentation_exposure DROP COLUMN is_lost",
        ),
    ]
