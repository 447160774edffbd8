"""Who sends to whom, by month: what the network of customers is made of (C10).

No trigger keeps it: the nightly recount of a customer's month tells its pairs anew, so that loads
pay nothing for it. So a correction that changes nothing but a party has to touch the month, too.
"""

from django.db import migrations

TABLE = """
CREATE TABLE shipments_pairmonth (
    customer_id bigint NOT NULL,
    shipper_id bigint NOT NULL,
    consignee_id bigint NOT NULL,
    month integer NOT NULL,
    shipments integer NOT NULL,
    currency text NOT NULL,
    revenue numeric(24, 2) NOT NULL
);
CREATE INDEX pairmonth_customer ON shipments_pairmonth (customer_id, month);
CREATE INDEX pairmonth_shipper ON shipments_pairmonth (shipper_id, month);
CREATE INDEX pairmonth_consignee ON shipments_pairmonth (consignee_id, month);
CREATE INDEX pairmonth_month ON shipments_pairmonth USING brin (month) WITH (pages_per_range = 32, autosummarize = on);
REVOKE ALL ON shipments_pairmonth FROM crm_app;
UPDATE shipments_customermonth SET folded = false;
"""

FUNCTIONS = """
CREATE FUNCTION shipments_pairs(day date, company_currency text)
RETURNS TABLE (shipper_id bigint, consignee_id bigint, shipments integer, revenue numeric)
STABLE PARALLEL SAFE LANGUAGE sql AS $$
-- Makes: addends of what went from whom to whom in the 12 months to `day` (C0): whole months as last recounted, the
--   up to two that the window cuts in two from their partitions. Whoever sends to itself is no pair.
-- Call it with literals: it is inlined, and the partitions are chosen when it is planned.
SELECT p.shipper_id, p.consignee_id, p.shipments, p.revenue
  FROM shipments_pairmonth p
 WHERE p.month > shipments_month(shipments_year_before(day)) AND p.month < shipments_month(day + 1)
   AND p.currency = company_currency
 UNION ALL
SELECT w.shipper_id, w.consignee_id, 1, w.revenue
  FROM shipments_waybill w
 WHERE w.month IN (shipments_part_month(day), shipments_part_month(shipments_year_before(day)))
   AND w.accepted_on > shipments_year_before(day) AND w.accepted_on <= day
   AND w.currency = company_currency AND w.status <> 'cancelled' AND w.consignee_id <> w.shipper_id
$$;

CREATE FUNCTION shipments_partners(customer bigint, day date, company_currency text)
RETURNS TABLE (partner_id bigint, shipments bigint, revenue numeric)
STABLE LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- Makes: one row a partner of one customer, the sums of shipments_pairs(), whoever pays and whoever may see the payer.
--   Waybills of cut months are found by those who paid for the customer's pairs in these months.
WITH payer AS (
    SELECT DISTINCT p.customer_id, p.month
      FROM shipments_pairmonth p
     WHERE (p.shipper_id = customer OR p.consignee_id = customer)
       AND p.month IN (shipments_part_month(day), shipments_part_month(shipments_year_before(day)))
), part AS (
    SELECT CASE WHEN p.shipper_id = customer THEN p.consignee_id ELSE p.shipper_id END AS partner_id,
           p.shipments, p.revenue
      FROM shipments_pairmonth p
     WHERE (p.shipper_id = customer OR p.consignee_id = customer)
       AND p.month > shipments_month(shipments_year_before(day)) AND p.month < shipments_month(day + 1)
       AND p.currency = company_currency
     UNION ALL
    SELECT CASE WHEN w.shipper_id = customer THEN w.consignee_id ELSE w.shipper_id END, 1, w.revenue
      FROM payer y
      JOIN shipments_waybill w ON w.customer_id = y.customer_id AND w.month = y.month
     WHERE (w.shipper_id = customer OR w.consignee_id = customer) AND w.consignee_id <> w.shipper_id
       AND w.accepted_on > shipments_year_before(day) AND w.accepted_on <= day
       AND w.currency = company_currency AND w.status <> 'cancelled'
)
SELECT part.partner_id, sum(part.shipments), sum(part.revenue) FROM part GROUP BY part.partner_id
$$;
REVOKE ALL ON FUNCTION shipments_partners(bigint, date, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shipments_partners(bigint, date, text) TO crm_app, crm_job, crm_owner;
"""
BACK = """
DROP FUNCTION shipments_partners(bigint, date, text);
DROP FUNCTION shipments_pairs(date, text);
DROP TABLE shipments_pairmonth;
"""


def _changed(parties: str) -> str:
    """The function of 0002 behind changed waybills; `parties` tells who took part in a waybill."""
    return f"""
CREATE OR REPLACE FUNCTION shipments_count_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- The last acceptance is in doubt when the latest row of the group went and none so late came.
BEGIN
    INSERT INTO shipments_customermonth (
        customer_id, month, currency, shipments, pieces, weight_kg, revenue, cost, uncosted, promised, on_time,
        exceptions, last_accepted_on, last_in_doubt)
    SELECT customer_id, month, currency, sum(shipments), sum(pieces), sum(weight_kg), sum(revenue), sum(cost),
           sum(uncosted), sum(promised), sum(on_time), sum(exceptions), max(came_on),
           coalesce(max(went_on) > max(came_on), max(came_on) IS NULL)
      FROM (SELECT customer_id, month, currency, 1 AS shipments, coalesce(pieces, 0) AS pieces,
                   coalesce(weight_kg, 0) AS weight_kg, revenue, coalesce(cost, 0) AS cost,
                   (cost IS NULL)::int AS uncosted,
                   (promised_on IS NOT NULL AND delivered_on IS NOT NULL)::int AS promised,
                   coalesce(delivered_on <= promised_on, false)::int AS on_time, (exception <> '')::int AS exceptions,
                   accepted_on AS came_on, NULL::date AS went_on, {parties} AS parties
              FROM added WHERE status <> 'cancelled'
             UNION ALL
            SELECT customer_id, month, currency, -1, -coalesce(pieces, 0),
                   -coalesce(weight_kg, 0), -revenue, -coalesce(cost, 0),
                   -(cost IS NULL)::int,
                   -(promised_on IS NOT NULL AND delivered_on IS NOT NULL)::int,
                   -coalesce(delivered_on <= promised_on, false)::int, -(exception <> '')::int,
                   NULL, accepted_on, -{parties}
              FROM removed WHERE status <> 'cancelled') AS difference
     GROUP BY 1, 2, 3
    HAVING max(came_on) IS DISTINCT FROM max(went_on) OR sum(parties) <> 0
        OR (sum(shipments), sum(pieces), sum(weight_kg), sum(revenue), sum(cost), sum(uncosted), sum(promised),
            sum(on_time), sum(exceptions)) IS DISTINCT FROM (0, 0, 0, 0, 0, 0, 0, 0, 0);
    UPDATE shipments_waybillkey k SET month = a.month
      FROM added a WHERE k.waybill_no = a.waybill_no AND k.month <> a.month;
    RETURN NULL;
END $$;
"""


# What the pairs of a month are told from: two parties and what the waybill between them brings.
_PARTIES = "hash_record_extended((shipper_id, consignee_id, revenue), 0)::numeric"


class Migration(migrations.Migration):
    """Creates shipments_pairmonth; the next night recounts every month once and fills it."""

    dependencies = [("shipments", "0017_told_by_number")]
    operations = [
        migrations.RunSQL(TABLE + FUNCTIONS, BACK),
        migrations.RunSQL(_changed(_PARTIES), _changed("0")),
    ]
