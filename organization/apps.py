"""Organization: who works here, where, and what they may do."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    """Units, departments, users, roles."""

    name = "organization"
    verbose_name = _("Organisation")
