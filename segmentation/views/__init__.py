"""Pages of tiers, and of the rules by which the nights give them."""
