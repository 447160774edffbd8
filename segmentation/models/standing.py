"""Sums of customers by value grade and lifecycle."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Version
from customers.models import Customer
from organization.models import OrgUnit
from segmentation.querysets import PortfolioQuerySet


class Standing(models.Model):
    """An addend of the customers of one grade and lifecycle, as of one night: always read sums.

    Of one unit and manager as they were that night. An empty grade: too little is known for one.
    """

    # Names rows for Django only: several may share it.
    pk = models.CompositePrimaryKey("version_id", "org_unit_id", "value_grade", "lifecycle")
    version = models.ForeignKey(
        Version,
        models.DO_NOTHING,
        db_column="version",
        related_name="standings",
        db_constraint=False,
    )
    org_unit = models.ForeignKey(OrgUnit, models.DO_NOTHING, related_name="+", db_constraint=False)
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    value_grade = models.CharField(
        _("value grade"), max_length=4, choices=Customer.ValueGrade, blank=True
    )
    lifecycle = models.CharField(
        _("lifecycle"), max_length=9, choices=Customer.Lifecycle, blank=True
    )
    customers = models.BigIntegerField(_("customers"))
    revenue_12m = models.DecimalField(_("revenue, 12 months"), max_digits=24, decimal_places=2)

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_standing"
        verbose_name = _("customers by grade and lifecycle")
        verbose_name_plural = _("customers by grade and lifecycle")

    def __str__(self) -> str:
        return f"{self.org_unit_id} v{self.version_id}: {self.value_grade} {self.lifecycle}"
