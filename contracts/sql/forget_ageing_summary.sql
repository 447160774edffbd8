-- Makes: an empty summary of the version.
-- Reads: nothing else.
-- May run again: yes.
DELETE FROM contracts_ageingsummary WHERE version = %(version)s
