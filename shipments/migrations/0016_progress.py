"""A first delivery told after its month is progress, and the source that of the new word."""

from django.db import migrations

_HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$"
_SUMS = "shipments, pieces, weight_kg, revenue, cost, uncosted, promised, on_time, exceptions"
_TOTALS = ", ".join(f"sum({name})" for name in _SUMS.split(", "))


def _counted(table: str, sign: str, source: str) -> str:
    """What each waybill of a transition table counts for, with its cause and source."""
    return f"""
        SELECT w.waybill_no, w.customer_id, w.month, w.currency, p.cause, {source} AS source, {sign}1 AS shipments,
               {sign}coalesce(w.pieces, 0) AS pieces, {sign}coalesce(w.weight_kg, 0) AS weight_kg,
               {sign}w.revenue AS revenue, {sign}coalesce(w.cost, 0) AS cost, {sign}(w.cost IS NULL)::int AS uncosted,
               {sign}(w.promised_on IS NOT NULL AND w.delivered_on IS NOT NULL)::int AS promised,
               {sign}coalesce(w.delivered_on <= w.promised_on, false)::int AS on_time,
               {sign}(w.exception <> '')::int AS exceptions
          FROM {table} w JOIN pairs p ON p.waybill_no = w.waybill_no WHERE w.status <> 'cancelled'"""


def _changed(source: str, progress: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION shipments_trace_changed() RETURNS trigger
{_HEAD}
DECLARE
    closed_before integer := shipments_closed_before();
BEGIN
    IF closed_before IS NULL OR NOT (EXISTS (SELECT 1 FROM removed WHERE month < closed_before)
                                     OR EXISTS (SELECT 1 FROM added WHERE month < closed_before)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO shipments_restatement (customer_id, load, at, month, currency, cause, source, actor, waybills, {_SUMS})
    WITH pairs AS MATERIALIZED (
        SELECT a.waybill_no, a.source, CASE
               WHEN current_setting('shipments.cause', true) <> '' THEN current_setting('shipments.cause', true)
               WHEN a.customer_id <> r.customer_id THEN 'payer'
               WHEN a.status = 'cancelled' THEN 'cancelled'
               WHEN a.month <> r.month THEN 'moved'
               WHEN {progress} THEN 'progress'
               ELSE 'correction' END AS cause
          FROM added a JOIN removed r ON r.waybill_no = a.waybill_no
         WHERE a.month < closed_before OR r.month < closed_before
    )
    SELECT customer_id, pg_current_xact_id()::text::bigint, now(), month, currency, cause,
           CASE WHEN min(source) = max(source) THEN min(source) ELSE '' END,
           coalesce(current_setting('app.actor', true), ''), count(DISTINCT waybill_no), {_TOTALS}
      FROM ({_counted("added", "", source)}
             UNION ALL{_counted("removed", "-", source)}) AS part
     WHERE month < closed_before
     GROUP BY customer_id, month, currency, cause
    HAVING ({_TOTALS}) IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0);
    RETURN NULL;
END $$;
"""


_DELIVERED = "r.delivered_on IS NULL AND a.delivered_on IS NOT NULL AND r.status <> 'cancelled' AND"
_SAME = (
    "(a.currency, a.revenue, a.cost, a.pieces, a.weight_kg, a.exception) IS NOT DISTINCT FROM"
    " (r.currency, r.revenue, r.cost, r.pieces, r.weight_kg, r.exception)"
)


class Migration(migrations.Migration):
    """Replaces the function of 0013 for waybills that change."""

    dependencies = [("shipments", "0015_web_loads")]
    operations = [
        migrations.RunSQL(
            _changed("p.source", f"{_DELIVERED} {_SAME}"),
            _changed("w.source", f"{_DELIVERED} a.status = r.status AND {_SAME}"),
        )
    ]
