-- Makes: rows of the ledger, one for each place in the lists; who books them and when is the default.
-- Reads: nothing; the trigger of migration 0002 adds them to lines and receipts.
-- May run again: no, each run books.
INSERT INTO contracts_allocation (receipt_id, line_id, customer_id, amount, allocated_on, kind, reason)
SELECT * FROM unnest(%(receipt_id)s::bigint[], %(line_id)s::bigint[], %(customer_id)s::bigint[],
                     %(amount)s::numeric[], %(allocated_on)s::date[], %(kind)s::text[], %(reason)s::text[])
