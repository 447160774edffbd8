"""Engagement: what we do with customers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EngagementConfig(AppConfig):
    """Notes and the alerts inbox."""

    name = "engagement"
    verbose_name = _("Follow-up")
