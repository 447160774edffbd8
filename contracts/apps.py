"""Contracts: what customers owe."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    """Contracts, plan lines, receipts, ageing, payment-due alerts."""

    name = "contracts"
    verbose_name = _("Contracts and collection")
