"""What happened to waybills: in the partition of the waybill's month, with the waybill's payer."""

from django.db import migrations

from core.protection import secure_rows

TABLE = """
CREATE SEQUENCE shipments_waybillevent_id_seq;
CREATE TABLE shipments_waybillevent (
    id bigint NOT NULL DEFAULT nextval('shipments_waybillevent_id_seq'),
    customer_id bigint NOT NULL,
    happened_at timestamptz NOT NULL,
    seq bigint,
    unit_id bigint,
    month integer NOT NULL,
    waybill_no text NOT NULL,
    source text NOT NULL DEFAULT '',
    event_id text NOT NULL,
    kind text NOT NULL,
    stage text NOT NULL DEFAULT '',
    exception text NOT NULL DEFAULT '',
    place text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    PRIMARY KEY (waybill_no, month, source, event_id),
    CONSTRAINT waybillevent_kind_known CHECK (kind IN ('reached', 'exception', 'delivered', 'returned', 'note')),
    CONSTRAINT waybillevent_exception_has_its_kind CHECK ((kind = 'exception') = (exception <> '')),
    CONSTRAINT waybillevent_exception_known CHECK (exception IN ('', 'damage', 'loss', 'delay', 'other'))
) PARTITION BY RANGE (month);
ALTER SEQUENCE shipments_waybillevent_id_seq OWNED BY shipments_waybillevent.id;
CREATE INDEX waybillevent_customer ON shipments_waybillevent (customer_id, stage, happened_at);
REVOKE DELETE ON shipments_waybillevent FROM crm_app;
"""
TABLE_BACK = "DROP TABLE shipments_waybillevent"

_HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$"
PARTITIONS = f"""
CREATE FUNCTION shipments_attach_month(parent text, wanted integer) RETURNS void
{_HEAD}
-- Made beside the parent and attached: nobody who reads or writes is kept waiting.
DECLARE
    name text := format('%s_%s', parent, (wanted / 12) * 100 + wanted % 12 + 1);
BEGIN
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', parent);
    IF to_regclass(name) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', name, parent);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, crm_app, crm_job', name);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT month_is CHECK (month = %s)', name, wanted);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                   parent, name, wanted, wanted + 1);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT month_is', name);
END $$;
REVOKE ALL ON FUNCTION shipments_attach_month(text, integer) FROM PUBLIC;

CREATE OR REPLACE FUNCTION shipments_make_partition(wanted integer) RETURNS void
{_HEAD}
-- One month's partitions: of the waybills and of their events, in this order.
BEGIN
    PERFORM shipments_attach_month('shipments_waybill', wanted);
    PERFORM shipments_attach_month('shipments_waybillevent', wanted);
END $$;

DO $$
DECLARE
    wanted integer;
BEGIN
    FOR wanted IN
        SELECT number / 100 * 12 + number % 100 - 1
          FROM (SELECT substring(part.relname FROM '[0-9]{{6}}$')::int AS number
                  FROM pg_inherits JOIN pg_class part ON part.oid = inhrelid
                 WHERE inhparent = 'shipments_waybill'::regclass) AS months
    LOOP
        PERFORM shipments_make_partition(wanted);
    END LOOP;
END $$;
"""
PARTITIONS_BACK = f"""
CREATE OR REPLACE FUNCTION shipments_make_partition(wanted integer) RETURNS void
{_HEAD}
BEGIN
    PERFORM shipments_attach_month('shipments_waybill', wanted);
END $$;
"""

FOLLOWING = f"""
CREATE FUNCTION shipments_events_follow() RETURNS trigger
{_HEAD}
-- Another payer, or another day of acceptance: the waybill's events go along.
BEGIN
    UPDATE shipments_waybillevent e SET customer_id = a.customer_id, month = a.month
      FROM added a JOIN removed r ON r.waybill_no = a.waybill_no
     WHERE (a.customer_id, a.month) <> (r.customer_id, r.month)
       AND e.waybill_no = a.waybill_no AND e.month = r.month;
    RETURN NULL;
END $$;
CREATE TRIGGER events_follow AFTER UPDATE ON shipments_waybill REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_events_follow();

CREATE FUNCTION shipments_events_go() RETURNS trigger
{_HEAD}
BEGIN
    DELETE FROM shipments_waybillevent e USING removed r WHERE e.waybill_no = r.waybill_no AND e.month = r.month;
    RETURN NULL;
END $$;
CREATE TRIGGER events_go AFTER DELETE ON shipments_waybill REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_events_go();

CREATE OR REPLACE FUNCTION shipments_keep_unit() RETURNS trigger
{_HEAD}
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('shipments references'));
    IF EXISTS (SELECT 1 FROM shipments_waybill WHERE pickup_unit_id = OLD.id OR delivery_unit_id = OLD.id)
       OR EXISTS (SELECT 1 FROM shipments_waybillevent WHERE unit_id = OLD.id) THEN
        RAISE EXCEPTION 'unit % has waybills', OLD.code
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'waybill_unit_kept';
    END IF;
    RETURN OLD;
END $$;
"""
FOLLOWING_BACK = f"""
CREATE OR REPLACE FUNCTION shipments_keep_unit() RETURNS trigger
{_HEAD}
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('shipments references'));
    IF EXISTS (SELECT 1 FROM shipments_waybill WHERE pickup_unit_id = OLD.id OR delivery_unit_id = OLD.id) THEN
        RAISE EXCEPTION 'unit % has waybills', OLD.code
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'waybill_unit_kept';
    END IF;
    RETURN OLD;
END $$;
DROP TRIGGER events_go ON shipments_waybill; DROP FUNCTION shipments_events_go();
DROP TRIGGER events_follow ON shipments_waybill; DROP FUNCTION shipments_events_follow();
"""


class Migration(migrations.Migration):
    """Creates shipments_waybillevent, and partitions of it beside those of the waybills."""

    dependencies = [("shipments", "0011_shipping_days")]
    operations = [
        migrations.RunSQL(TABLE, TABLE_BACK),
        migrations.RunSQL(PARTITIONS, PARTITIONS_BACK),
        migrations.RunSQL(FOLLOWING, FOLLOWING_BACK),
        secure_rows("shipments_waybillevent"),
    ]
