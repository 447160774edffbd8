"""The receivables page: who owes us, how old it is, what comes in next."""
