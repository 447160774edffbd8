"""Shipments: what customers send, and the monthly figures of it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShipmentsConfig(AppConfig):
    """Waybills and their rollups."""

    name = "shipments"
    verbose_name = _("Shipments")
