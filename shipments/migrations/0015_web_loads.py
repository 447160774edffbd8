"""Loads by the web role: under row-level security, without rights to make tables of its own.

The temporary tables of a load are made, analysed and dropped by functions. Numbers of waybills
are read and locked where the acting user sees the waybill; who brings a new one does so through
shipments_add_keys, which tells nothing about the others.
"""

from django.db import migrations

_HEAD = "SECURITY DEFINER SET search_path = public, pg_temp AS $$"
FORWARD = f"""
ALTER TABLE shipments_incoming ADD COLUMN absent text[] NOT NULL DEFAULT '{{}}';
COMMENT ON COLUMN shipments_incoming.absent IS 'columns that this row leaves as they are stored';
CREATE TABLE shipments_written (line integer NOT NULL);
COMMENT ON TABLE shipments_written IS 'Always empty: the model of the temporary table of a load';
REVOKE ALL ON shipments_written FROM crm_app;

CREATE FUNCTION shipments_open_load() RETURNS void LANGUAGE plpgsql {_HEAD}
-- Temporary tables that hide their models until the load is closed, and a lock against deleting what rows name.
DECLARE
    model text;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('shipments references'));
    FOREACH model IN ARRAY ARRAY['shipments_incoming', 'shipments_fresh', 'shipments_written'] LOOP
        EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE public.%I INCLUDING DEFAULTS INCLUDING GENERATED)'
                       ' ON COMMIT DROP', model, model);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON pg_temp.%I TO crm_app, crm_job', model);
    END LOOP;
END $$;

CREATE FUNCTION shipments_analyze_load() RETURNS void LANGUAGE plpgsql {_HEAD}
BEGIN
    ANALYZE pg_temp.shipments_incoming (waybill_no, month), pg_temp.shipments_fresh;
END $$;

CREATE FUNCTION shipments_close_load() RETURNS void LANGUAGE plpgsql {_HEAD}
BEGIN
    DROP TABLE pg_temp.shipments_incoming, pg_temp.shipments_fresh, pg_temp.shipments_written;
END $$;

CREATE FUNCTION shipments_add_keys() RETURNS bigint LANGUAGE plpgsql {_HEAD}
-- Makes: the numbers that are new and have a payer, in shipments_waybillkey (nobody else can bring them now) and in
--   the load's shipments_fresh; answers how many. In the order of numbers: loads never wait in a circle.
DECLARE
    found bigint;
BEGIN
    WITH added AS (
        INSERT INTO shipments_waybillkey (waybill_no, month)
        SELECT waybill_no, month FROM pg_temp.shipments_incoming WHERE customer_id IS NOT NULL ORDER BY waybill_no
            ON CONFLICT (waybill_no) DO NOTHING
     RETURNING waybill_no
    )
    INSERT INTO pg_temp.shipments_fresh (waybill_no) SELECT waybill_no FROM added;
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
END $$;

CREATE FUNCTION shipments_told(numbers text[], in_months integer[], under_way text[])
RETURNS TABLE (
    waybill_no text,
    status text,            -- null when no event says where the shipment is
    delivered_at timestamptz,
    status_id bigint,       -- of the event that says so
    exception text,         -- '' when no event says that something went wrong
    exception_id bigint
) STABLE LANGUAGE sql AS $$
-- What events say of these waybills: a delivery or a return outweighs the way before it, of two the later one counts.
SELECT coalesce(s.waybill_no, x.waybill_no), s.status, s.delivered_at, s.id, coalesce(x.exception, ''), x.id
  FROM (SELECT DISTINCT ON (e.waybill_no) e.waybill_no, e.id,
               CASE e.kind WHEN 'reached' THEN 'in_transit' ELSE e.kind END AS status,
               CASE e.kind WHEN 'delivered' THEN e.happened_at END AS delivered_at
          FROM shipments_waybillevent e
         WHERE e.month = ANY (in_months) AND e.waybill_no = ANY (numbers)
           AND (e.kind IN ('delivered', 'returned') OR e.kind = 'reached' AND e.stage = ANY (under_way))
         ORDER BY e.waybill_no, e.kind = 'reached', e.happened_at DESC, e.seq DESC NULLS LAST, e.id DESC) s
  FULL JOIN
       (SELECT DISTINCT ON (e.waybill_no) e.waybill_no, e.id, e.exception
          FROM shipments_waybillevent e
         WHERE e.month = ANY (in_months) AND e.waybill_no = ANY (numbers) AND e.kind = 'exception'
         ORDER BY e.waybill_no, e.happened_at DESC, e.seq DESC NULLS LAST, e.id DESC) x
    ON x.waybill_no = s.waybill_no
$$;

ALTER TABLE shipments_waybillkey ENABLE ROW LEVEL SECURITY;
CREATE POLICY visible ON shipments_waybillkey TO crm_app USING (
    (SELECT app_sees_all()) OR EXISTS (
        SELECT 1 FROM shipments_waybill w
         WHERE w.waybill_no = shipments_waybillkey.waybill_no AND w.month = shipments_waybillkey.month OFFSET 0));
GRANT SELECT, UPDATE ON shipments_waybillkey TO crm_app;
"""
BACKWARD = """
REVOKE ALL ON shipments_waybillkey FROM crm_app;
DROP POLICY visible ON shipments_waybillkey;
ALTER TABLE shipments_waybillkey DISABLE ROW LEVEL SECURITY;
DROP FUNCTION shipments_told(text[], integer[], text[]);
DROP FUNCTION shipments_add_keys(); DROP FUNCTION shipments_close_load();
DROP FUNCTION shipments_analyze_load(); DROP FUNCTION shipments_open_load();
DROP TABLE shipments_written;
ALTER TABLE shipments_incoming DROP COLUMN absent;
"""


class Migration(migrations.Migration):
    """Makes the functions of a load and lets the web role at the numbers it may see."""

    dependencies = [("shipments", "0014_event_models")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
