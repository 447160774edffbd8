"""How customers are served: the policies of all tiers, and one customer's with its deviations."""
