"""What events say is found number by number: a long list of them was compared with every event."""

from django.db import migrations


def _told(numbered: str) -> str:
    """The function, with the numbers as `numbered` finds them."""
    return f"""
CREATE OR REPLACE FUNCTION shipments_told(numbers text[], in_months integer[], under_way text[])
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
         WHERE e.month = ANY (in_months) AND e.waybill_no {numbered}
           AND (e.kind IN ('delivered', 'returned') OR e.kind = 'reached' AND e.stage = ANY (under_way))
         ORDER BY e.waybill_no, e.kind = 'reached', e.happened_at DESC, e.seq DESC NULLS LAST, e.id DESC) s
  FULL JOIN
       (SELECT DISTINCT ON (e.waybill_no) e.waybill_no, e.id, e.exception
          FROM shipments_waybillevent e
         WHERE e.month = ANY (in_months) AND e.waybill_no {numbered} AND e.kind = 'exception'
         ORDER BY e.waybill_no, e.happened_at DESC, e.seq DESC NULLS LAST, e.id DESC) x
    ON x.waybill_no = s.waybill_no
$$;
"""


class Migration(migrations.Migration):
    """Replaces the function of 0015."""

    dependencies = [("shipments", "0016_progress")]
    operations = [
        migrations.RunSQL(_told("IN (SELECT unnest(numbers))"), _told("= ANY (numbers)"))
    ]
