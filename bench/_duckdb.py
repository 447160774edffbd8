"""The yardstick for "rebuilt from facts": DuckDB does the same work on the same facts in Parquet.

Customers' months, the indicators (C0), the recent windows and the classes (C1-C3) of all customers,
each with all cores. The export to Parquet is not counted. The results are compared with ours.
"""
# ruff: noqa: S608  (statements are put together from this module's own pieces)

import datetime as dt
import re
from pathlib import Path
from typing import NamedTuple

import duckdb
from django.db import connection

from core import sql
from core.rules import add_months, window
from segmentation.jobs import ranked_by
from segmentation.rules.recent import recent_windows
from segmentation.ruleset import Ruleset
from shipments.rules import month_number

_MEMORY = "4GB"
_RANKING = Path(__file__).resolve().parents[1] / "segmentation/sql/portable/ranking.sql"
_MONEY = "DECIMAL(18, 2)"
_TABLES = {  # name -> the columns that the work needs, and how Parquet keeps them
    "customers_customer": {"id": "BIGINT", "status": "VARCHAR", "merged_into_id": "BIGINT"},
    "contracts_planline": {
        "id": "BIGINT",
        "customer_id": "BIGINT",
        "currency": "VARCHAR",
        "amount": _MONEY,
        "paid": _MONEY,
        "state": "VARCHAR",
        "issued_on": "DATE",
        "due_on": "DATE",
        "original_due_on": "DATE",
        "written_off_on": "DATE",
    },
    "contracts_allocation": {"line_id": "BIGINT", "allocated_on": "DATE", "amount": _MONEY},
}
_WAYBILL = {
    "customer_id": "BIGINT",
    "month": "INTEGER",
    "accepted_on": "DATE",
    "promised_on": "DATE",
    "delivered_on": "DATE",
    "pieces": "INTEGER",
    "weight_kg": "DECIMAL(12, 3)",
    "revenue": _MONEY,
    "cost": _MONEY,
    "currency": "VARCHAR",
    "status": "VARCHAR",
    "exception": "VARCHAR",
}
_COUNTED = """
    count(*) AS shipments, coalesce(sum(pieces), 0) AS pieces,
    coalesce(sum(weight_kg), 0) AS weight_kg, sum(revenue) AS revenue,
    coalesce(sum(cost), 0) AS cost, count(*) - count(cost) AS uncosted,
    count(*) FILTER (WHERE promised_on IS NOT NULL AND delivered_on IS NOT NULL) AS promised,
    count(*) FILTER (WHERE delivered_on <= promised_on) AS on_time,
    count(*) FILTER (WHERE exception <> '') AS exceptions, max(accepted_on) AS last_accepted_on
"""


class Totals(NamedTuple):
    """What both must agree on, summed over all customers."""

    months: int
    shipments: int
    revenue: str
    figures: int
    revenue_12m: str
    revenue_3m: str
    collected: str
    large: int
    medium: int
    class_a: int
    class_b: int


def export(folder: Path) -> None:
    """The facts as Parquet files."""
    with duckdb.connect() as duck:
        for name, columns in _TABLES.items():
            _copy(duck, columns, name, folder / f"{name}.parquet")
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT month FROM shipments_customermonth ORDER BY month")
            months = [month for (month,) in cursor.fetchall()]
        (folder / "waybills").mkdir()
        for month in months:
            source = f"shipments_waybill WHERE month = {month}"
            _copy(duck, _WAYBILL, source, folder / "waybills" / f"{month}.parquet")


def _copy(
    duck: duckdb.DuckDBPyConnection, columns: dict[str, str], source: str, path: Path
) -> None:
    """The columns of a table as a Parquet file, by way of CSV."""
    csv = path.with_suffix(".csv")
    with csv.open("wb") as file, connection.cursor() as wrapped:
        wrapped.cursor.copy_expert(
            f"COPY (SELECT {', '.join(columns)} FROM {source}) TO STDOUT"
            " (FORMAT csv, HEADER, FORCE_QUOTE *)",
            file,
        )
    duck.execute(
        f"COPY (SELECT * FROM read_csv('{csv}', header = true, nullstr = '',"
        f" allow_quoted_nulls = false, columns = {columns})) TO '{path}'"
    )
    csv.unlink()


def rebuild(folder: Path, day: dt.date, rules: Ruleset, currency: str) -> Totals:
    """All of it from the Parquet files; only what is summed comes back."""
    with duckdb.connect() as duck:
        duck.execute(f"SET memory_limit = '{_MEMORY}'; SET temp_directory = '{folder / 'spill'}'")
        duck.execute("SET preserve_insertion_order = false")
        for name in _TABLES:
            duck.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder / name}.parquet')")
        duck.execute(f"CREATE VIEW waybill AS FROM read_parquet('{folder}/waybills/*.parquet')")
        duck.execute(_MONTHS)
        duck.execute(_figures(day, currency))
        duck.execute(_classes(rules))
        [row] = duck.execute(_TOTALS).fetchall()
        return Totals(*row)


_MONTHS = f"""
CREATE TABLE months AS
SELECT customer_id, month, currency, {_COUNTED}
  FROM waybill WHERE status <> 'cancelled' GROUP BY customer_id, month, currency
"""
_TOTALS = """
SELECT (SELECT count(*) FROM months), (SELECT sum(shipments)::bigint FROM months),
       (SELECT sum(revenue)::varchar FROM months),
       count(*), sum(f.revenue_12m)::varchar, sum(f.revenue_3m)::varchar, sum(f.collected)::varchar,
       count(*) FILTER (WHERE c.size = 3), count(*) FILTER (WHERE c.size = 2),
       count(*) FILTER (WHERE c.abc = 3), count(*) FILTER (WHERE c.abc = 2)
  FROM figures f JOIN classes c ON c.customer_id = f.customer_id
"""


def _figures(day: dt.date, currency: str) -> str:
    """Indicators and recent windows: whole months from `months`, cut ones from the waybills."""
    year, recent = window(day), recent_windows(day)
    before = add_months(year.after, -12)
    next_day = day + dt.timedelta(days=1)
    whole_now = (month_number(year.after) + 1, month_number(next_day) - 1)
    whole_before = (month_number(before) + 1, month_number(year.after) - 1)
    cut_months = {month_number(d) for d in (day, year.after, before)}
    recent_cut = ", ".join(map(str, recent.cut_months))
    spans = {
        "revenue_3m": recent.now,
        "revenue_prev_3m": recent.before,
        "revenue_3m_year_ago": recent.year_ago,
        "revenue_month": recent.month,
        "revenue_month_year_ago": recent.month_year_ago,
    }
    by_day = ", ".join(
        f"coalesce(sum(revenue) FILTER (WHERE accepted_on > DATE '{span.after}'"
        f" AND accepted_on <= DATE '{span.until}'), 0) AS {name}"
        for name, span in spans.items()
    )
    by_month = ", ".join(
        f"coalesce(sum(revenue) FILTER (WHERE month > {month_number(span.after)}"
        f" AND month <= {month_number(span.until)}), 0)"
        for span in list(spans.values())[:3]
    )
    added = ", ".join(f"sum({name}) AS {name}" for name in spans)
    return f"""
CREATE TABLE figures AS
WITH part AS (
    SELECT customer_id, month BETWEEN {whole_now[0]} AND {whole_now[1]} AS is_now,
           month BETWEEN {whole_before[0]} AND {whole_before[1]} AS is_before,
           currency = '{currency}' AS is_ours, shipments, revenue, cost, uncosted, exceptions,
           promised, on_time, last_accepted_on
      FROM months WHERE month < {month_number(next_day)}
     UNION ALL
    SELECT customer_id, accepted_on > DATE '{year.after}', accepted_on <= DATE '{year.after}',
           currency = '{currency}', 1, revenue, cost, (cost IS NULL)::int, (exception <> '')::int,
           (promised_on IS NOT NULL AND delivered_on <= DATE '{day}')::int,
           (delivered_on <= promised_on AND delivered_on <= DATE '{day}')::int, accepted_on
      FROM waybill
     WHERE month IN ({", ".join(map(str, sorted(cut_months)))}) AND status <> 'cancelled'
       AND accepted_on > DATE '{before}' AND accepted_on <= DATE '{day}'
     UNION ALL
    SELECT customer_id, true, false, NULL, 0, 0, 0, 0, 0, -1, -(delivered_on <= promised_on)::int,
           NULL
      FROM waybill
     WHERE month BETWEEN {whole_now[0]} AND {whole_now[1]} AND delivered_on > DATE '{day}'
       AND promised_on IS NOT NULL AND status <> 'cancelled'
), shipped AS (
    SELECT customer_id, sum(shipments) FILTER (WHERE is_now) AS shipments,
           sum(revenue) FILTER (WHERE is_now AND is_ours) AS revenue,
           sum(cost) FILTER (WHERE is_now AND is_ours) AS cost,
           sum(uncosted) FILTER (WHERE is_now AND is_ours) AS uncosted,
           sum(exceptions) FILTER (WHERE is_now) AS exceptions,
           sum(promised) FILTER (WHERE is_now) AS promised,
           sum(on_time) FILTER (WHERE is_now) AS on_time,
           sum(revenue) FILTER (WHERE is_before AND is_ours) AS revenue_prev,
           max(last_accepted_on) AS last_accepted_on
      FROM part GROUP BY customer_id
), recent AS (
    SELECT customer_id, {added}
      FROM (SELECT customer_id, {by_month}, 0, 0 FROM months
             WHERE month NOT IN ({recent_cut}) AND currency = '{currency}' GROUP BY customer_id
             UNION ALL
            SELECT customer_id, {by_day} FROM waybill
             WHERE month IN ({recent_cut}) AND currency = '{currency}' AND status <> 'cancelled'
             GROUP BY customer_id) AS r(customer_id, {", ".join(spans)})
     GROUP BY customer_id
), line_movement AS (
    SELECT line_id, sum(amount) AS since_start,
           sum(amount) FILTER (WHERE allocated_on > DATE '{day}') AS since_day,
           max(allocated_on) FILTER (WHERE amount > 0 AND allocated_on <= DATE '{day}') AS last_on
      FROM (SELECT line_id, allocated_on, sum(amount) AS amount FROM contracts_allocation
             WHERE allocated_on > DATE '{year.after}' GROUP BY line_id, allocated_on) AS movement
     GROUP BY line_id
), line AS (
    SELECT l.customer_id, l.currency, l.amount, l.due_on <= DATE '{day}' AS is_due,
           CASE WHEN l.due_on > DATE '{year.after}' THEN 0
                ELSE l.paid - coalesce(m.since_start, 0) END AS opening,
           l.paid - coalesce(m.since_day, 0) AS paid_by_day,
           m.last_on IS NOT NULL AND l.paid - coalesce(m.since_day, 0) = l.amount AS is_paid_up,
           greatest(m.last_on - l.original_due_on, 0) AS days_late
      FROM contracts_planline l LEFT JOIN line_movement m ON m.line_id = l.id
     WHERE l.issued_on <= DATE '{day}' AND l.state = 'open'
       AND NOT (l.due_on <= DATE '{year.after}' AND l.paid = l.amount AND m.line_id IS NULL)
), owed AS (
    SELECT customer_id, coalesce(sum(amount - opening) FILTER (WHERE is_due), 0) AS due,
           coalesce(sum(paid_by_day - opening) FILTER (WHERE is_due), 0) AS collected,
           coalesce(sum(amount) FILTER (WHERE is_paid_up), 0) AS paid,
           coalesce(sum(amount * days_late) FILTER (WHERE is_paid_up), 0) AS paid_days_late
      FROM line GROUP BY customer_id
    HAVING sum(amount - opening) FILTER (WHERE is_due) <> 0
        OR sum(amount) FILTER (WHERE is_paid_up) <> 0
)
SELECT c.id AS customer_id, coalesce(w.shipments, 0) AS shipments_12m,
       coalesce(w.revenue, 0) AS revenue_12m, w.cost, w.uncosted, w.exceptions, w.promised,
       w.on_time, w.revenue_prev, w.last_accepted_on, r.* EXCLUDE (customer_id), o.due, o.collected,
       o.paid, o.paid_days_late
  FROM customers_customer c
  LEFT JOIN shipped w ON w.customer_id = c.id
  LEFT JOIN recent r ON r.customer_id = c.id
  LEFT JOIN owed o ON o.customer_id = c.id
"""


def _classes(rules: Ruleset) -> str:
    """Class by value, by head count, and size: by the text that the night ranks by."""
    cuts = {name: str(cut) for name, cut in ranked_by(rules).items()}
    ranking = re.sub(r"%\((\w+)\)s", lambda found: cuts[found[1]], sql.read(_RANKING))
    return f"""
CREATE TABLE classes AS
WITH valued AS (
    SELECT customer_id, CAST(revenue_12m * 100 AS BIGINT) AS cents,
           CAST(revenue_12m * 100 AS BIGINT) AS size_cents, shipments_12m > 0 AS has_shipped
      FROM figures
), ranked AS ({ranking})
SELECT customer_id, abc, abc_by_count, size FROM ranked
"""


def our_totals(version: int) -> Totals:
    """The same sums of a version of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM shipments_customermonth),"
            " (SELECT sum(shipments) FROM shipments_customermonth),"
            " (SELECT sum(revenue)::text FROM shipments_customermonth), count(*),"
            " sum(f.revenue_12m)::text, sum(f.revenue_3m)::text, sum(f.collected)::text,"
            " count(*) FILTER (WHERE c.size = 'large'), count(*) FILTER (WHERE c.size = 'medium'),"
            " count(*) FILTER (WHERE c.abc_class = 'A'), count(*) FILTER (WHERE c.abc_class = 'B')"
            " FROM segmentation_figures f JOIN segmentation_classification c"
            " ON c.version = f.version AND c.customer_id = f.customer_id WHERE f.version = %s",
            [version],
        )
        return Totals(*cursor.fetchone())
