"""What customers' waybills of a month come to, kept exact by statement triggers.

Each statement appends what it changed, as one row a customer, month and currency. The rows of a
key add up, so writers never wait for one another and the order of their commits does not matter.
"""

from django.db import migrations

from core.protection import secure_rows

TABLE = """
CREATE TABLE shipments_customermonth (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    customer_id bigint NOT NULL,
    pieces bigint NOT NULL,
    month integer NOT NULL,
    shipments integer NOT NULL,
    uncosted integer NOT NULL,
    promised integer NOT NULL,
    on_time integer NOT NULL,
    exceptions integer NOT NULL,
    last_accepted_on date,
    last_in_doubt boolean NOT NULL DEFAULT false,
    folded boolean NOT NULL DEFAULT false,
    currency text NOT NULL,
    revenue numeric(24, 2) NOT NULL,
    cost numeric(24, 2) NOT NULL,
    weight_kg numeric(24, 3) NOT NULL
);
CREATE INDEX customermonth_customer ON shipments_customermonth (customer_id, month);
CREATE INDEX customermonth_unfolded ON shipments_customermonth (month) WHERE NOT folded;
CREATE INDEX customermonth_in_doubt ON shipments_customermonth (customer_id) WHERE last_in_doubt;
REVOKE INSERT, UPDATE, DELETE ON shipments_customermonth FROM crm_app;
"""
TABLE_BACK = "DROP TABLE shipments_customermonth"

# What a waybill counts for; `sign` is 1 for a row that came and -1 for one that went.
_COLUMNS = (
    "customer_id, month, currency, shipments, pieces, weight_kg, revenue, cost, uncosted,"
    " promised, on_time, exceptions, last_accepted_on, last_in_doubt"
)
_ADDED = """
           count(*), coalesce(sum(pieces), 0), coalesce(sum(weight_kg), 0), sum(revenue), coalesce(sum(cost), 0),
           count(*) - count(cost),
           count(*) FILTER (WHERE promised_on IS NOT NULL AND delivered_on IS NOT NULL),
           count(*) FILTER (WHERE delivered_on <= promised_on),
           count(*) FILTER (WHERE exception <> ''), max(accepted_on), false"""
_REMOVED = """
           -count(*), -coalesce(sum(pieces), 0), -coalesce(sum(weight_kg), 0), -sum(revenue), -coalesce(sum(cost), 0),
           count(cost) - count(*),
           -count(*) FILTER (WHERE promised_on IS NOT NULL AND delivered_on IS NOT NULL),
           -count(*) FILTER (WHERE delivered_on <= promised_on),
           -count(*) FILTER (WHERE exception <> ''), NULL, true"""

TRIGGERS = f"""
CREATE FUNCTION shipments_count_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO shipments_customermonth ({_COLUMNS})
    SELECT customer_id, month, currency,{_ADDED}
      FROM added WHERE status <> 'cancelled' GROUP BY 1, 2, 3;
    RETURN NULL;
END $$;

CREATE FUNCTION shipments_count_removed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- A waybill that is gone gives its number back.
BEGIN
    INSERT INTO shipments_customermonth ({_COLUMNS})
    SELECT customer_id, month, currency,{_REMOVED}
      FROM removed WHERE status <> 'cancelled' GROUP BY 1, 2, 3;
    DELETE FROM shipments_waybillkey k USING removed r WHERE k.waybill_no = r.waybill_no;
    RETURN NULL;
END $$;

CREATE FUNCTION shipments_count_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The last acceptance is in doubt when the latest row of the group went and none so late came.
BEGIN
    INSERT INTO shipments_customermonth ({_COLUMNS})
    SELECT customer_id, month, currency, sum(shipments), sum(pieces), sum(weight_kg), sum(revenue), sum(cost),
           sum(uncosted), sum(promised), sum(on_time), sum(exceptions), max(came_on),
           coalesce(max(went_on) > max(came_on), max(came_on) IS NULL)
      FROM (SELECT customer_id, month, currency, 1 AS shipments, coalesce(pieces, 0) AS pieces,
                   coalesce(weight_kg, 0) AS weight_kg, revenue, coalesce(cost, 0) AS cost,
                   (cost IS NULL)::int AS uncosted,
                   (promised_on IS NOT NULL AND delivered_on IS NOT NULL)::int AS promised,
                   coalesce(delivered_on <= promised_on, false)::int AS on_time, (exception <> '')::int AS exceptions,
                   accepted_on AS came_on, NULL::date AS went_on
              FROM added WHERE status <> 'cancelled'
             UNION ALL
            SELECT customer_id, month, currency, -1, -coalesce(pieces, 0),
                   -coalesce(weight_kg, 0), -revenue, -coalesce(cost, 0),
                   -(cost IS NULL)::int,
                   -(promised_on IS NOT NULL AND delivered_on IS NOT NULL)::int,
                   -coalesce(delivered_on <= promised_on, false)::int, -(exception <> '')::int,
                   NULL, accepted_on
              FROM removed WHERE status <> 'cancelled') AS difference
     GROUP BY 1, 2, 3
    HAVING max(came_on) IS DISTINCT FROM max(went_on)
        OR (sum(shipments), sum(pieces), sum(weight_kg), sum(revenue), sum(cost), sum(uncosted), sum(promised),
            sum(on_time), sum(exceptions)) IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0);
    UPDATE shipments_waybillkey k SET month = a.month
      FROM added a WHERE k.waybill_no = a.waybill_no AND k.month <> a.month;
    RETURN NULL;
END $$;

CREATE TRIGGER count_added AFTER INSERT ON shipments_waybill REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_count_added();
CREATE TRIGGER count_changed AFTER UPDATE ON shipments_waybill REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_count_changed();
CREATE TRIGGER count_removed AFTER DELETE ON shipments_waybill REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_count_removed();
"""
TRIGGERS_BACK = """
DROP TRIGGER count_removed ON shipments_waybill; DROP FUNCTION shipments_count_removed();
DROP TRIGGER count_changed ON shipments_waybill; DROP FUNCTION shipments_count_changed();
DROP TRIGGER count_added ON shipments_waybill; DROP FUNCTION shipments_count_added();
"""


class Migration(migrations.Migration):
    """Creates shipments_customermonth and the triggers that fill it."""

    dependencies = [("shipments", "0001_waybills")]
    operations = [
        migrations.RunSQL(TABLE, TABLE_BACK),
        migrations.RunSQL(TRIGGERS, TRIGGERS_BACK),
        secure_rows("shipments_customermonth"),
    ]
