"""Decisions of the API, without Django."""
