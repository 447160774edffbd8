"""Two files become one, by a worker and in one transaction; and two again (decision 22)."""
