"""The daily digest: what is due, what is late, what has changed, for one person."""
