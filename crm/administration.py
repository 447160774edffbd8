"""Django's administration behind our own door: one sign-in, one password page, 403 for others."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Puts our site in the place of Django's."""

    default = False
    default_site = "crm.admin_site.AdministrationSite"
