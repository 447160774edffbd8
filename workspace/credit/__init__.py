"""A customer's credit dossier, and what is decided about its credit."""
