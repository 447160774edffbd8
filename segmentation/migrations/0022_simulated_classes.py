"""Customers whom a draft would class otherwise: written by workers, read like nightly results."""

from django.db import migrations

from core.protection import secure_rows

TABLE = """
CREATE TABLE segmentation_simulatedclass (
    simulation_id bigint NOT NULL REFERENCES segmentation_simulation ON DELETE CASCADE,
    customer_id bigint NOT NULL, tier_before text NOT NULL, tier text NOT NULL, size_before text NOT NULL,
    size text NOT NULL, abc_before text NOT NULL, abc_class text NOT NULL, value numeric(20, 2),
    revenue_12m numeric(20, 2) NOT NULL, reasons jsonb NOT NULL,
    PRIMARY KEY (simulation_id, customer_id)
);
CREATE INDEX segmentation_simulatedclass_revenue
    ON segmentation_simulatedclass (simulation_id, revenue_12m DESC, customer_id);
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON segmentation_simulatedclass FROM crm_app;
"""


class Migration(migrations.Migration):
    """The table with its row-level security."""

    dependencies = [("segmentation", "0021_simulations")]
    operations = [
        migrations.RunSQL(TABLE, "DROP TABLE segmentation_simulatedclass"),
        secure_rows("segmentation_simulatedclass"),
    ]
