-- Makes: nothing. Customers get no other unit or manager until the transaction ends
--   (hold_places.sql waits), and those who just do are waited for.
-- Reads: nothing.
-- May run again: yes.
SELECT pg_advisory_xact_lock(hashtext('customers_place'))
