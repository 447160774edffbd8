"""How far a customer hangs on others that are lost."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from segmentation.querysets import NightlyQuerySet


class Exposure(models.Model):
    """What of one customer hangs on lost ones in its network (C10) as of one night.

    Of those of whom anything does, and wholly of the lost ones. Revenue is of 12 months.
    """

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="+", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="exposures", db_constraint=False
    )
    exposure = models.DecimalField(_("exposed"), max_digits=7, decimal_places=6)
    revenue_at_risk = models.DecimalField(_("revenue at risk"), max_digits=24, decimal_places=2)
    partners = models.IntegerField(_("partners"))
    # Of them those that are lost, their share of all that goes between the customer and partners.
    lost_partners = models.IntegerField(_("lost partners"))
    lost_share = models.DecimalField(_("with lost partners"), max_digits=7, decimal_places=6)
    is_lost = models.BooleanField(_("lost itself"), default=False)
    # The one of them with which most went; null where only partners of partners are lost.
    lost_partner = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("lost partner that weighs most"),
    )

    field_classes = field_classes(
        internal="version customer exposure revenue_at_risk partners lost_partners lost_share"
        " lost_partner is_lost"
    )

    objects = NightlyQuerySet["Exposure"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_exposure"
        verbose_name = _("exposure")
        verbose_name_plural = _("exposures")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}: {self.exposure}"
