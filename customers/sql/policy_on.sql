-- Makes: nothing; answers the service policy of one customer on one day, its points in the order of rules.policies.
-- Reads: the customer by id, the policies (six rows), its deviations by customer.
-- May run again: yes.
SELECT * FROM customers_policy_on(%(customer)s, %(day)s)
