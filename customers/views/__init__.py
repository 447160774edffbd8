"""Pages of the customer file itself; the list and the whole customer stand in workspace."""
