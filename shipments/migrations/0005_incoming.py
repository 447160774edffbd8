"""The shape of a load: rows on their way into the waybills.

These tables stay empty. A load makes temporary tables of the same names like them, which hide
them for its transaction; so the statements in shipments/sql can be planned at any time.
"""

from django.db import migrations

FORWARD = """
CREATE TABLE shipments_incoming (
    line integer NOT NULL,
    waybill_no text NOT NULL,
    shipper_id bigint NOT NULL,
    consignee_id bigint,
    payer text NOT NULL DEFAULT 'shipper',
    billed_code text NOT NULL DEFAULT '',
    billed_id bigint,
    service text NOT NULL DEFAULT 'standard',
    accepted_at timestamptz NOT NULL,
    promised_at timestamptz,
    delivered_at timestamptz,
    origin text NOT NULL DEFAULT '',
    destination text NOT NULL DEFAULT '',
    pickup_unit_id bigint,
    delivery_unit_id bigint,
    pieces integer,
    weight_kg numeric(12, 3),
    billed_weight_kg numeric(12, 3),
    volume_m3 numeric(12, 6),
    revenue numeric(18, 2) NOT NULL,
    cost numeric(18, 2),
    currency text NOT NULL DEFAULT 'CNY',
    declared_value numeric(18, 2),
    cod_amount numeric(18, 2),
    status text NOT NULL DEFAULT 'accepted',
    exception text NOT NULL DEFAULT '',
    claim_amount numeric(18, 2),
    waiting_minutes integer,
    storage_days integer,
    source text NOT NULL DEFAULT '',
    source_seq bigint,
    month integer NOT NULL
        GENERATED ALWAYS AS (shipments_month((accepted_at AT TIME ZONE 'Asia/Shanghai')::date)) STORED,
    customer_id bigint GENERATED ALWAYS AS (coalesce(billed_id, CASE payer
        WHEN 'shipper' THEN shipper_id WHEN 'consignee' THEN consignee_id END)) STORED
);
COMMENT ON TABLE shipments_incoming IS 'Always empty: the model of the temporary table of a load';
CREATE TABLE shipments_fresh (waybill_no text NOT NULL);
COMMENT ON TABLE shipments_fresh IS 'Always empty: the model of the temporary table of a load';
REVOKE ALL ON shipments_incoming, shipments_fresh FROM crm_app;
"""
BACKWARD = "DROP TABLE shipments_incoming, shipments_fresh"


class Migration(migrations.Migration):
    """Creates the models of a load's tables."""

    dependencies = [("shipments", "0004_models")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
