"""What all customers come to in one night."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Version


class CompanyTotal(models.Model):
    """Sums of the whole company as of one night: what a customer's figures are shares of.

    Money in the company's currency.
    """

    version = models.OneToOneField(
        Version,
        models.DO_NOTHING,
        primary_key=True,
        db_column="version",
        related_name="+",
        db_constraint=False,
    )
    customers = models.BigIntegerField(_("customers"))
    revenue_12m = models.DecimalField(_("revenue, 12 months"), max_digits=24, decimal_places=2)
    # Of the customers whose costs are known; null where none are.
    margin_12m = models.DecimalField(
        _("margin, 12 months"), max_digits=24, decimal_places=2, null=True
    )

    class Meta:
        managed = False
        db_table = "segmentation_companytotal"
        verbose_name = _("company total")
        verbose_name_plural = _("company totals")

    def __str__(self) -> str:
        return f"v{self.version_id}"
