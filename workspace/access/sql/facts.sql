-- Makes: nothing. Gives what decides who sees the customer with a code, or NULL (customers/migrations/0026).
-- Reads: one customer, its helpers.
-- May run again: yes.
SELECT app_access_facts(%(code)s)
