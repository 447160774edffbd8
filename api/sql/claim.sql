-- Makes: due messages of active webhooks ours for a while: at most `each` of every webhook, and of every
--   queue only the first that waits. Returns their ids.
-- Reads: api_delivery by its indexes of waiting rows (endpoint, next_try_at) and (endpoint, queue).
-- May run again: what is claimed is due again only after `lease`, when its sender must have died.
WITH due AS (
    SELECT d.id
      FROM api_endpoint e
      JOIN organization_user s ON s.id = e.system_id AND s.is_active
     CROSS JOIN LATERAL (
        SELECT w.id FROM api_delivery w
         WHERE w.endpoint_id = e.id AND w.state = 'waiting' AND w.next_try_at <= %(now)s
           AND NOT EXISTS (SELECT 1 FROM api_delivery b
                            WHERE b.endpoint_id = e.id AND b.queue = w.queue AND b.state = 'waiting'
                              AND b.id < w.id)
         ORDER BY w.next_try_at, w.id
         LIMIT %(each)s
           FOR UPDATE OF w SKIP LOCKED
     ) d
     WHERE e.is_active AND (e.rests_until IS NULL OR e.rests_until <= %(now)s)
)
UPDATE api_delivery d
   SET next_try_at = %(now)s + %(lease)s, attempts = d.attempts + 1
  FROM due
 WHERE d.id = due.id
RETURNING d.id
