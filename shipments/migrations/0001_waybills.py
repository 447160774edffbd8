"""Waybills in monthly partitions, their unique numbers, and what makes a partition."""

from django.db import migrations

from core.protection import secure_rows

TABLES = """
CREATE FUNCTION shipments_month(day date) RETURNS integer IMMUTABLE STRICT PARALLEL SAFE LANGUAGE sql
AS $$ SELECT extract(year FROM day)::int * 12 + extract(month FROM day)::int - 1 $$;

CREATE TABLE shipments_waybill (
    customer_id bigint NOT NULL,
    shipper_id bigint NOT NULL,
    consignee_id bigint,
    pickup_unit_id bigint,
    delivery_unit_id bigint,
    accepted_at timestamptz NOT NULL,
    promised_at timestamptz,
    delivered_at timestamptz,
    source_seq bigint,
    month integer NOT NULL,
    accepted_on date NOT NULL GENERATED ALWAYS AS ((accepted_at AT TIME ZONE 'Asia/Shanghai')::date) STORED,
    promised_on date GENERATED ALWAYS AS ((promised_at AT TIME ZONE 'Asia/Shanghai')::date) STORED,
    delivered_on date GENERATED ALWAYS AS ((delivered_at AT TIME ZONE 'Asia/Shanghai')::date) STORED,
    pieces integer,
    waiting_minutes integer,
    storage_days integer,
    waybill_no text NOT NULL,
    payer text NOT NULL,
    billed_code text NOT NULL,
    service text NOT NULL,
    origin text NOT NULL,
    destination text NOT NULL,
    weight_kg numeric(12, 3),
    billed_weight_kg numeric(12, 3),
    volume_m3 numeric(12, 6),
    revenue numeric(18, 2) NOT NULL,
    cost numeric(18, 2),
    currency text NOT NULL,
    declared_value numeric(18, 2),
    cod_amount numeric(18, 2),
    status text NOT NULL,
    exception text NOT NULL,
    claim_amount numeric(18, 2),
    source text NOT NULL,
    PRIMARY KEY (waybill_no, month),
    CONSTRAINT waybill_month_of_acceptance CHECK (month = shipments_month(accepted_on)),
    CONSTRAINT waybill_amounts_not_negative CHECK (revenue >= 0 AND cost >= 0),
    CONSTRAINT waybill_currency_three_letters CHECK (char_length(currency) = 3),
    CONSTRAINT waybill_payer_known CHECK (payer IN ('shipper', 'consignee', 'third')),
    CONSTRAINT waybill_status_known
        CHECK (status IN ('accepted', 'in_transit', 'delivered', 'returned', 'lost', 'cancelled')),
    CONSTRAINT waybill_exception_known CHECK (exception IN ('', 'damage', 'loss', 'delay', 'other'))
) PARTITION BY RANGE (month);
CREATE INDEX waybill_customer_accepted ON shipments_waybill (customer_id, accepted_at);
CREATE INDEX waybill_dates ON shipments_waybill USING brin (accepted_on, delivered_on);
REVOKE DELETE ON shipments_waybill FROM crm_app;

-- Numbers are unique over all partitions; a number's row is also the lock on its waybill.
CREATE TABLE shipments_waybillkey (waybill_no text PRIMARY KEY, month integer NOT NULL);
REVOKE ALL ON shipments_waybillkey FROM crm_app;
"""
TABLES_BACK = """
DROP TABLE shipments_waybillkey; DROP TABLE shipments_waybill; DROP FUNCTION shipments_month(date);
"""

FUNCTIONS = """
CREATE FUNCTION shipments_make_partition(wanted integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- One month's partition. Made beside the parent and attached: nobody who reads or writes is kept waiting.
DECLARE
    name text := format('shipments_waybill_%s', (wanted / 12) * 100 + wanted % 12 + 1);
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    LOCK TABLE shipments_waybill IN SHARE UPDATE EXCLUSIVE MODE;
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE shipments_waybill INCLUDING ALL)', name);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, crm_app, crm_job', name);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT month_is CHECK (month = %s)', name, wanted);
    EXECUTE format('ALTER TABLE shipments_waybill ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                   name, wanted, wanted + 1);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT month_is', name);
END $$;
REVOKE ALL ON FUNCTION shipments_make_partition(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shipments_make_partition(integer) TO crm_app, crm_job, crm_owner;

CREATE FUNCTION shipments_keep_customer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Loads hold the same lock shared from their check of references to their end.
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('shipments references'));
    IF EXISTS (SELECT 1 FROM shipments_waybill WHERE customer_id = OLD.id)
       OR EXISTS (SELECT 1 FROM shipments_waybill WHERE shipper_id = OLD.id OR consignee_id = OLD.id) THEN
        RAISE EXCEPTION 'customer % has waybills', OLD.code
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'waybill_customer_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER keep_for_waybills BEFORE DELETE ON customers_customer
    FOR EACH ROW EXECUTE FUNCTION shipments_keep_customer();

CREATE FUNCTION shipments_keep_unit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('shipments references'));
    IF EXISTS (SELECT 1 FROM shipments_waybill WHERE pickup_unit_id = OLD.id OR delivery_unit_id = OLD.id) THEN
        RAISE EXCEPTION 'unit % has waybills', OLD.code
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'waybill_unit_kept';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER keep_for_waybills BEFORE DELETE ON organization_orgunit
    FOR EACH ROW EXECUTE FUNCTION shipments_keep_unit();
"""
FUNCTIONS_BACK = """
DROP TRIGGER keep_for_waybills ON organization_orgunit; DROP FUNCTION shipments_keep_unit();
DROP TRIGGER keep_for_waybills ON customers_customer; DROP FUNCTION shipments_keep_customer();
DROP FUNCTION shipments_make_partition(integer);
"""


class Migration(migrations.Migration):
    """Creates shipments_waybill, its keys and the functions around them."""

    initial = True
    dependencies = [("customers", "0002_row_security"), ("organization", "0002_tree_and_scope")]
    operations = [
        migrations.RunSQL(TABLES, TABLES_BACK),
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
        secure_rows("shipments_waybill"),
    ]
