"""Shipments: what customers send, and the monthly figures of it."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ShipmentsConfig(AppConfig):
    """Waybills and their rollups."""

    name = "shipments"
    verbose_name = pgettext_lazy("module", "Shipments")
