"""Complaints of a customer: the section of the file, and the drawers."""
