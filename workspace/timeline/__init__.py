"""Everything that happened with one customer, from every module, as one list, latest first."""
