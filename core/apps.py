"""Core: what every app stands on; it knows nothing of customers."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Base models, context, history, SQL, tables in and out."""

    name = "core"
