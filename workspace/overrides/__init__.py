"""Tiers that people choose: asked for, decided, ended, listed."""
