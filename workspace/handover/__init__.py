"""Who has whom: handovers, the public pool, files at risk, deputies."""
