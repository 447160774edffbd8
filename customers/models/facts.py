"""The longer part of a file: what the company does, what it ships, how it stands with us."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

BUSINESS = (
    "scale business_scope introduction operation_mode management_ideas purchasing_policy"
    " sales_area sales_strength competitiveness market_outlook industry_position"
    " development_plan core_systems industrial_park"
)
LOGISTICS = "goods packaging handling seasonality siding_station siding_capacity"
RELATION = (
    "status_reason status_on services_used depth chain_place logistics_spend"
    " logistics_spend_source logistics_spend_on brand_value special_operations warnings"
)


def _words(label: Any) -> "models.TextField[str, str]":
    return models.TextField(label, blank=True, default="", db_default="")


def _word(label: Any, length: int = 200) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=length, blank=True, default="", db_default="")


def _list(label: Any, length: int = 100) -> "ArrayField[list[str], list[str]]":
    field: models.CharField[str, str] = models.CharField(max_length=length)
    return ArrayField(field, verbose_name=label, default=list, db_default=[], blank=True)


class CustomerFacts(models.Model):
    """Columns of the customer's own row; tables of 01 §2 do not carry them.

    A trigger writes `former_names`, `status_on` and clears `status_reason` where whoever renames
    the company or moves its status does not (migration 0026).
    """

    class Scale(models.TextChoices):
        """The size of the company by the national standard."""

        MICRO = "micro", pgettext_lazy("company", "Micro")
        SMALL = "small", pgettext_lazy("company", "Small")
        MEDIUM = "medium", pgettext_lazy("company", "Medium")
        LARGE = "large", pgettext_lazy("company", "Large")

    class Depth(models.TextChoices):
        """How deep the customer buys."""

        SINGLE = "single", _("Single function")
        INTEGRATED = "integrated", _("Integrated")
        WHOLE_CHAIN = "whole_chain", _("Whole chain")

    class ChainPlace(models.TextChoices):
        """Where in its trade's chain the company stands."""

        SUPPLIER = "supplier", _("Supplier")
        MANUFACTURER = "manufacturer", _("Manufacturer")
        DISTRIBUTOR = "distributor", _("Distributor")
        RETAILER = "retailer", _("Retailer")
        PLATFORM_SELLER = "platform_seller", _("Platform seller")
        PRIVATE = "private", _("Private person")

    former_names = _list(_("former names"), 200)
    status_reason = _word(_("reason of the status"), 500)
    status_on = models.DateField(_("status since"), null=True, blank=True)

    scale = models.CharField(
        pgettext_lazy("company", "scale"),
        max_length=10,
        choices=Scale,
        blank=True,
        default="",
        db_default="",
    )
    business_scope = _words(_("business scope"))
    introduction = _words(_("introduction"))
    operation_mode = _words(_("mode of operation"))
    management_ideas = _words(_("management ideas"))
    purchasing_policy = _words(_("purchasing and supplier policy"))
    sales_area = _words(_("sales area"))
    sales_strength = _words(_("sales strength"))
    competitiveness = _words(_("competitiveness"))
    market_outlook = _words(_("outlook of its market"))
    industry_position = _words(_("position in its industry"))
    development_plan = _words(_("development plan"))
    core_systems = _words(_("core systems in use"))
    industrial_park = _word(_("industrial park"))

    goods = _words(_("goods"))
    packaging = _words(_("packaging"))
    handling = _words(_("handling requirements"))
    seasonality = _words(_("seasonality"))
    siding_station = _word(_("junction station of the siding"))
    siding_capacity = _word(_("capacity of the siding"))

    services_used = _list(_("services used"))
    depth = models.CharField(
        _("depth bought"), max_length=12, choices=Depth, blank=True, default="", db_default=""
    )
    chain_place = models.CharField(
        _("place in the chain"),
        max_length=20,
        choices=ChainPlace,
        blank=True,
        default="",
        db_default="",
    )
    logistics_spend = models.DecimalField(
        _("yearly logistics spend"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    logistics_spend_source = _word(_("source of the spend"))
    logistics_spend_on = models.DateField(_("spend as of"), null=True, blank=True)
    brand_value = _words(_("brand or state-sector value"))
    special_operations = _words(_("special operations"))
    warnings = _words(_("warnings"))

    class Meta:
        abstract = True
