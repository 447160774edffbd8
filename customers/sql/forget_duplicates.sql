-- Makes: undecided pairs of files that changed from `since` to `until` are gone: those still alike are found again
--   (find_duplicates.sql).
-- Reads: the history since then, undecided pairs.
-- May run again: yes.
DELETE FROM customers_duplicate d
 WHERE d.dismissed_at IS NULL
   AND EXISTS (SELECT 1 FROM core_history h
                WHERE h.at >= %(since)s AND h.at < %(until)s AND h.customer_id IN (d.customer_id, d.other_id)
                  AND h.table_name IN ('customers_customer', 'customers_contact')
                  AND h.changes ?| ARRAY['name', 'uscc', 'phone', 'mobile'])
