"""How the outbox is doing, for machines that watch: they act for nobody and see no row.

A webhook that is deleted takes its messages and their tries along.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION api_outbox(at timestamptz, OUT lag interval, OUT waiting bigint, OUT off bigint)
STABLE SECURITY DEFINER LANGUAGE sql SET search_path = public, pg_temp
-- How long the longest has been due without being looked at: changes that are not numbered, and the
-- first message of a queue whose webhook does not rest. How many messages wait; webhooks that were
-- switched off because of what they answered.
AS $$
SELECT coalesce(greatest(
           api_outbox.at - (SELECT min(c.at) FROM api_change c WHERE c.position IS NULL),
           (SELECT api_outbox.at - min(first.next_try_at)
              FROM api_endpoint e
             CROSS JOIN LATERAL (
                SELECT d.next_try_at FROM api_delivery d
                 WHERE d.endpoint_id = e.id AND d.state = 'waiting' AND d.next_try_at <= api_outbox.at
                   AND NOT EXISTS (SELECT 1 FROM api_delivery b
                                    WHERE b.endpoint_id = e.id AND b.queue = d.queue
                                      AND b.state = 'waiting' AND b.id < d.id)
                 ORDER BY d.next_try_at LIMIT 1) first
             WHERE e.is_active AND (e.rests_until IS NULL OR e.rests_until <= api_outbox.at)),
           interval '0'), interval '0'),
       (SELECT count(*) FROM api_delivery d JOIN api_endpoint e ON e.id = d.endpoint_id AND e.is_active
         WHERE d.state = 'waiting'),
       (SELECT count(*) FROM api_endpoint e WHERE e.off IN ('gone', 'failing'))
$$;
"""


class Migration(migrations.Migration):
    """One function, one right."""

    dependencies = [("api", "0004_changes_and_webhooks_protection")]
    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION api_outbox(timestamptz)"),
        migrations.RunSQL(
            "GRANT DELETE ON api_delivery, api_attempt TO crm_app",
            "REVOKE DELETE ON api_delivery, api_attempt FROM crm_app",
        ),
    ]
