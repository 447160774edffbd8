-- Makes: nothing. No night gives customers their tiers until the transaction ends
--   (lock_places.sql waits), and one that just does is waited for.
-- Reads: nothing.
-- May run again: yes.
SELECT pg_advisory_xact_lock_shared(hashtext('customers_place'))
