"""Customers: one file each."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """The archive, contacts, accounts, sharing."""

    name = "customers"
    verbose_name = _("Customers")
