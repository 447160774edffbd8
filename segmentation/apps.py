"""Segmentation: what customers are worth."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SegmentationConfig(AppConfig):
    """Rule sets, and the figures, classes and tiers of each night."""

    name = "segmentation"
    verbose_name = _("Segmentation")
