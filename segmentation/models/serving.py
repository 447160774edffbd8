"""What serving customers costs, as of one night; money in the company's currency."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from segmentation.querysets import LossLaneQuerySet, NightlyQuerySet


class Serving(models.Model):
    """Twelve months of one customer that takes effort or is not small (rules.serving).

    `borne` is what of the charges is not billed; `result` = margin - borne - cost of touches.
    """

    class Effort(models.TextChoices):
        """Touches against margin, by the measure of the tier."""

        OVER = "over", _("Over-served")
        UNDER = "under", _("Under-served")

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version,
        models.DO_NOTHING,
        db_column="version",
        related_name="servings",
        db_constraint=False,
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="servings", db_constraint=False
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Customer.Tier)
    revenue = models.DecimalField(_("revenue, 12 months"), max_digits=20, decimal_places=2)
    # Null while the cost of a waybill of the window is unknown, as cost_to_serve and result.
    margin = models.DecimalField(_("margin, 12 months"), max_digits=20, decimal_places=2, null=True)
    waiting_minutes = models.BigIntegerField(_("waiting (minutes)"))
    minutes_over = models.BigIntegerField(_("minutes over the free time"))
    storage_days = models.BigIntegerField(_("storage (days)"))
    days_over = models.BigIntegerField(_("days over the free days"))
    waiting_charge = models.DecimalField(_("waiting charge"), max_digits=20, decimal_places=2)
    storage_charge = models.DecimalField(_("storage charge"), max_digits=20, decimal_places=2)
    borne = models.DecimalField(_("borne by us"), max_digits=20, decimal_places=2)
    touches = models.BigIntegerField(_("touches, 12 months"))
    cost_to_serve = models.DecimalField(
        _("cost to serve"), max_digits=20, decimal_places=2, null=True
    )
    result = models.DecimalField(
        _("left after serving"), max_digits=20, decimal_places=2, null=True
    )
    # What the policy in force lets serving cost beside the carriage, of revenue; null: anything.
    cost_ceiling = models.DecimalField(
        _("ceiling of cost to serve"), max_digits=5, decimal_places=4, null=True
    )
    effort = models.CharField(_("effort against value"), max_length=5, choices=Effort, blank=True)

    field_classes = field_classes(
        internal="version customer tier revenue margin waiting_minutes minutes_over storage_days"
        " days_over waiting_charge storage_charge borne touches cost_to_serve result effort"
        " cost_ceiling"
    )

    objects = NightlyQuerySet["Serving"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_serving"
        verbose_name = _("cost to serve")
        verbose_name_plural = _("costs to serve")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}: {self.cost_to_serve}"


class LossLane(models.Model):
    """A lane on which a customer's twelve months cost more than they brought, by known costs."""

    pk = models.CompositePrimaryKey("version_id", "customer_id", "origin", "destination")
    version = models.ForeignKey(
        Version,
        models.DO_NOTHING,
        db_column="version",
        related_name="loss_lanes",
        db_constraint=False,
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="loss_lanes", db_constraint=False
    )
    origin = models.CharField(_("origin"), max_length=200)
    destination = models.CharField(_("destination"), max_length=200)
    shipments = models.BigIntegerField(_("shipments"))
    uncosted = models.BigIntegerField(_("shipments of unknown cost"))
    revenue = models.DecimalField(_("revenue"), max_digits=24, decimal_places=2)
    cost = models.DecimalField(_("known cost"), max_digits=24, decimal_places=2)

    field_classes = field_classes(
        internal="version customer origin destination shipments uncosted revenue cost"
    )

    objects = LossLaneQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_losslane"
        verbose_name = _("loss-making lane")
        verbose_name_plural = _("loss-making lanes")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}: {self.origin} → {self.destination}"
