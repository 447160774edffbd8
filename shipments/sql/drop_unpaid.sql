-- Makes: takes rows out of shipments_incoming that name no payer; new numbers among them were never taken.
-- Reads: shipments_incoming.
-- May run again: yes, they are gone then.
WITH unpaid AS (
    DELETE FROM shipments_incoming WHERE customer_id IS NULL RETURNING line, payer
)
SELECT line, payer FROM unpaid ORDER BY line
