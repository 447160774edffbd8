"""A trace of what late and corrected waybills change in months that were published.

A month is closed when a published night knew its last day. Statement triggers beside those of the
rollup write what a statement adds to closed months; the rows and the figures first published add
up to the figures of today.
"""

from django.db import migrations

from core.protection import secure_rows

TABLE = """
CREATE TABLE shipments_restatement (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL,
    load bigint NOT NULL,
    at timestamptz NOT NULL,
    month integer NOT NULL,
    waybills integer NOT NULL,
    shipments integer NOT NULL,
    uncosted integer NOT NULL,
    promised integer NOT NULL,
    on_time integer NOT NULL,
    exceptions integer NOT NULL,
    pieces bigint NOT NULL,
    weight_kg numeric(24, 3) NOT NULL,
    revenue numeric(24, 2) NOT NULL,
    cost numeric(24, 2) NOT NULL,
    currency text NOT NULL,
    cause text NOT NULL,
    source text NOT NULL,
    actor text NOT NULL
);
CREATE INDEX restatement_customer ON shipments_restatement (customer_id, month);
REVOKE INSERT, UPDATE, DELETE ON shipments_restatement FROM crm_app;
"""
TABLE_BACK = "DROP TABLE shipments_restatement"

_HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$"


def _facts(sign: str) -> str:
    """What a waybill `w` counts for, with `sign` 1 when it came and -1 when it went."""
    return (
        f"w.waybill_no, w.customer_id, w.month, w.currency, w.source, {sign} AS shipments,"
        f" {sign} * coalesce(w.pieces, 0) AS pieces, {sign} * coalesce(w.weight_kg, 0) AS weight_kg,"
        f" {sign} * w.revenue AS revenue, {sign} * coalesce(w.cost, 0) AS cost,"
        f" {sign} * (w.cost IS NULL)::int AS uncosted,"
        f" {sign} * (w.promised_on IS NOT NULL AND w.delivered_on IS NOT NULL)::int AS promised,"
        f" {sign} * coalesce(w.delivered_on <= w.promised_on, false)::int AS on_time,"
        f" {sign} * (w.exception <> '')::int AS exceptions"
    )


_WRITE = """
    INSERT INTO shipments_restatement (
        customer_id, load, at, month, currency, cause, source, actor, waybills, shipments, pieces, weight_kg,
        revenue, cost, uncosted, promised, on_time, exceptions)
    SELECT customer_id, pg_current_xact_id()::text::bigint, now(), month, currency, cause,
           CASE WHEN min(source) = max(source) THEN min(source) ELSE '' END,
           coalesce(current_setting('app.actor', true), ''), count(DISTINCT waybill_no), sum(shipments), sum(pieces),
           sum(weight_kg), sum(revenue), sum(cost), sum(uncosted), sum(promised), sum(on_time), sum(exceptions)
      FROM ({parts}) AS part
     WHERE month < closed_before
     GROUP BY customer_id, month, currency, cause
    HAVING (sum(shipments), sum(pieces), sum(weight_kg), sum(revenue), sum(cost), sum(uncosted), sum(promised),
            sum(on_time), sum(exceptions)) IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0);
"""

_ADDED = f"SELECT {_facts('1')}, 'late' AS cause FROM added w WHERE w.status <> 'cancelled'"
_REMOVED = f"SELECT {_facts('-1')}, 'removed' AS cause FROM removed w WHERE w.status <> 'cancelled'"
_CHANGED = f"""
        WITH pairs AS MATERIALIZED (
            SELECT a.waybill_no, CASE
                   WHEN current_setting('shipments.cause', true) <> '' THEN current_setting('shipments.cause', true)
                   WHEN a.customer_id <> r.customer_id THEN 'payer'
                   WHEN a.status = 'cancelled' THEN 'cancelled'
                   WHEN a.month <> r.month THEN 'moved'
                   WHEN r.delivered_on IS NULL AND a.delivered_on IS NOT NULL
                        AND (a.status, r.status, a.currency, a.revenue, a.cost, a.pieces, a.weight_kg, a.exception)
                            IS NOT DISTINCT FROM
                            (a.status, a.status, r.currency, r.revenue, r.cost, r.pieces, r.weight_kg, r.exception)
                   THEN 'progress'
                   ELSE 'correction' END AS cause
              FROM added a JOIN removed r ON r.waybill_no = a.waybill_no
             WHERE a.month < closed_before OR r.month < closed_before
        )
        SELECT {_facts("1")}, p.cause FROM added w JOIN pairs p ON p.waybill_no = w.waybill_no
         WHERE w.status <> 'cancelled'
         UNION ALL
        SELECT {_facts("-1")}, p.cause FROM removed w JOIN pairs p ON p.waybill_no = w.waybill_no
         WHERE w.status <> 'cancelled'"""


def _function(name: str, touched: str, parts: str) -> str:
    return f"""
CREATE FUNCTION {name}() RETURNS trigger
{_HEAD}
DECLARE
    closed_before integer := shipments_closed_before();
BEGIN
    IF closed_before IS NULL OR NOT ({touched}) THEN
        RETURN NULL;
    END IF;
{_WRITE.format(parts=parts)}
    RETURN NULL;
END $$;
"""


_OLD = "EXISTS (SELECT 1 FROM removed WHERE month < closed_before)"
_NEW = "EXISTS (SELECT 1 FROM added WHERE month < closed_before)"
TRIGGERS = f"""
CREATE FUNCTION shipments_closed_before() RETURNS integer
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = public, pg_temp
-- The first month that no published night knew to its last day; null before the first night.
AS $$ SELECT shipments_month(business_date + 1) FROM core_version WHERE is_current $$;

{_function("shipments_trace_added", _NEW, _ADDED)}
{_function("shipments_trace_changed", f"{_OLD} OR {_NEW}", _CHANGED)}
{_function("shipments_trace_removed", _OLD, _REMOVED)}

CREATE TRIGGER trace_added AFTER INSERT ON shipments_waybill REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_trace_added();
CREATE TRIGGER trace_changed AFTER UPDATE ON shipments_waybill REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_trace_changed();
CREATE TRIGGER trace_removed AFTER DELETE ON shipments_waybill REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_trace_removed();
"""
TRIGGERS_BACK = """
DROP TRIGGER trace_removed ON shipments_waybill; DROP FUNCTION shipments_trace_removed();
DROP TRIGGER trace_changed ON shipments_waybill; DROP FUNCTION shipments_trace_changed();
DROP TRIGGER trace_added ON shipments_waybill; DROP FUNCTION shipments_trace_added();
DROP FUNCTION shipments_closed_before();
"""


class Migration(migrations.Migration):
    """Creates shipments_restatement and the triggers that fill it."""

    dependencies = [("shipments", "0012_waybill_events"), ("core", "0002_versions")]
    operations = [
        migrations.RunSQL(TABLE, TABLE_BACK),
        migrations.RunSQL(TRIGGERS, TRIGGERS_BACK),
        secure_rows("shipments_restatement"),
    ]
