"""The API for other systems."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """Keys, limits, and the calls of version 1."""

    name = "api"
    verbose_name = _("API")
