"""Dates and times as shown on pages."""
