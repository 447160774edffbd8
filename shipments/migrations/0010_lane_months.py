"""What customers' waybills of a month come to by service and lane, kept as 0002 keeps their months.

Origin and destination are kept as they were written: what place they mean is decided when they are
read, so that a better rule needs no recount.
"""

from django.db import migrations, models

from core.protection import secure_rows

TABLE = """
CREATE TABLE shipments_lanemonth (
    id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    customer_id bigint NOT NULL,
    pieces bigint NOT NULL,
    month integer NOT NULL,
    shipments integer NOT NULL,
    uncosted integer NOT NULL,
    promised integer NOT NULL,
    on_time integer NOT NULL,
    exceptions integer NOT NULL,
    folded boolean NOT NULL DEFAULT false,
    currency text NOT NULL,
    service text NOT NULL,
    origin text NOT NULL,
    destination text NOT NULL,
    revenue numeric(24, 2) NOT NULL,
    cost numeric(24, 2) NOT NULL,
    weight_kg numeric(24, 3) NOT NULL
);
CREATE INDEX lanemonth_customer ON shipments_lanemonth (customer_id, month);
CREATE INDEX lanemonth_month ON shipments_lanemonth USING brin (month) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX lanemonth_unfolded ON shipments_lanemonth (month) WHERE NOT folded;
REVOKE INSERT, UPDATE, DELETE ON shipments_lanemonth FROM crm_app;
"""
TABLE_BACK = "DROP TABLE shipments_lanemonth"

_KEY = "customer_id, month, currency, service, origin, destination"
_SUMS = "shipments, pieces, weight_kg, revenue, cost, uncosted, promised, on_time, exceptions"
_TOTALS = ", ".join(f"sum({name})" for name in _SUMS.split(", "))


def _counted(table: str, sign: str = "") -> str:
    """What each waybill of a transition table counts for."""
    return f"""
    SELECT {_KEY}, {sign}1 AS shipments, {sign}coalesce(pieces, 0) AS pieces,
           {sign}coalesce(weight_kg, 0) AS weight_kg, {sign}revenue AS revenue, {sign}coalesce(cost, 0) AS cost,
           {sign}(cost IS NULL)::int AS uncosted,
           {sign}(promised_on IS NOT NULL AND delivered_on IS NOT NULL)::int AS promised,
           {sign}coalesce(delivered_on <= promised_on, false)::int AS on_time,
           {sign}(exception <> '')::int AS exceptions
      FROM {table} WHERE status <> 'cancelled'"""


def _function(name: str, rows: str, having: str = "") -> str:
    return f"""
CREATE FUNCTION shipments_lanes_{name}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO shipments_lanemonth ({_KEY}, {_SUMS})
    SELECT {_KEY}, {_TOTALS} FROM ({rows}) AS counted
     GROUP BY {_KEY}{having};
    RETURN NULL;
END $$;
"""


_DIFFERS = f" HAVING ({_TOTALS}) IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0)"
TRIGGERS = (
    _function("added", _counted("added"))
    + _function("removed", _counted("removed", "-"))
    + _function(
        "changed", _counted("added") + "\n UNION ALL" + _counted("removed", "-"), _DIFFERS
    )
    + """
CREATE TRIGGER lanes_added AFTER INSERT ON shipments_waybill REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_lanes_added();
CREATE TRIGGER lanes_changed AFTER UPDATE ON shipments_waybill REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_lanes_changed();
CREATE TRIGGER lanes_removed AFTER DELETE ON shipments_waybill REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION shipments_lanes_removed();
"""
)
TRIGGERS_BACK = """
DROP TRIGGER lanes_removed ON shipments_waybill; DROP FUNCTION shipments_lanes_removed();
DROP TRIGGER lanes_changed ON shipments_waybill; DROP FUNCTION shipments_lanes_changed();
DROP TRIGGER lanes_added ON shipments_waybill; DROP FUNCTION shipments_lanes_added();
"""

FIRST_FILLING = f"""
INSERT INTO shipments_lanemonth ({_KEY}, {_SUMS}, folded)
SELECT {_KEY}, {_TOTALS}, true FROM ({_counted("shipments_waybill")}) AS counted GROUP BY {_KEY};
"""


class Migration(migrations.Migration):
    """Creates shipments_lanemonth, fills it, and the triggers that keep it."""

    dependencies = [("shipments", "0009_service_plans_protection")]
    operations = [
        migrations.RunSQL(TABLE, TABLE_BACK),
        migrations.RunSQL(TRIGGERS, TRIGGERS_BACK),
        migrations.RunSQL(FIRST_FILLING, migrations.RunSQL.noop),
        secure_rows("shipments_lanemonth"),
        migrations.CreateModel(
            name="LaneMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.IntegerField(verbose_name="month")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("shipments", models.IntegerField(verbose_name="shipments")),
                ("pieces", models.BigIntegerField(verbose_name="pieces")),
                ("weight_kg", models.DecimalField(decimal_places=3, max_digits=24, verbose_name="weight (kg)")),
                ("revenue", models.DecimalField(decimal_places=2, max_digits=24, verbose_name="revenue")),
                ("cost", models.DecimalField(decimal_places=2, max_digits=24, verbose_name="known cost")),
                ("uncosted", models.IntegerField(verbose_name="shipments of unknown cost")),
                ("promised", models.IntegerField(verbose_name="delivered with a promise")),
                ("on_time", models.IntegerField(verbose_name="delivered on time")),
                ("exceptions", models.IntegerField(verbose_name="exceptions")),
                ("folded", models.BooleanField(verbose_name="recounted")),
                ("service", models.CharField(max_length=100, verbose_name="service")),
                ("origin", models.CharField(max_length=200, verbose_name="origin")),
                ("destination", models.CharField(max_length=200, verbose_name="destination")),
            ],
            options={
                "verbose_name": "customer's month on a lane",
                "verbose_name_plural": "customers' months on lanes",
                "db_table": "shipments_lanemonth",
                "managed": False,
            },
        ),
    ]
