"""Core: what every app stands on; it knows nothing of customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Base models, context, history, SQL, tables in and out."""

    name = "core"
    verbose_name = _("Platform")
