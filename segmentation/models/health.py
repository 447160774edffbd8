"""How well it stands with customers, part by part, and what became of those of each grade."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from segmentation.querysets import NightlyQuerySet


def _part(label: object) -> "models.DecimalField[Decimal | None, Decimal | None]":
    return models.DecimalField(label, max_digits=5, decimal_places=2, null=True)  # type: ignore[arg-type]  # a lazy label


class Health(models.Model):
    """Health (C12) of one customer as of one night: of whoever ships and is not lost.

    Parts are 0 to 100, null while unknown; `reasons` has the fact that decides each known part.
    """

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="+", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="healths", db_constraint=False
    )
    volume = _part(pgettext_lazy("health", "volume"))
    payment = _part(pgettext_lazy("health", "payment"))
    service = _part(pgettext_lazy("health", "our service"))
    sentiment = _part(pgettext_lazy("health", "what they say"))
    engagement = _part(pgettext_lazy("health", "contract and talks"))
    network = _part(pgettext_lazy("health", "network"))
    score = _part(_("health score"))
    grade = models.CharField(_("health"), max_length=6, choices=Customer.Health, blank=True)
    is_capped = models.BooleanField(_("kept from green by one part"))
    reasons = models.JSONField(_("reasons"), default=dict)

    field_classes = field_classes(
        internal="version customer volume payment service sentiment engagement network score grade"
        " is_capped reasons"
    )

    objects = NightlyQuerySet["Health"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_health"
        verbose_name = _("health")
        verbose_name_plural = _("health")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}: {self.score}"


class HealthTest(models.Model):
    """How many customers had a grade on `then_on`, and how many of them were lost by the night."""

    pk = models.CompositePrimaryKey("version_id", "grade")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="+", db_constraint=False
    )
    then_on = models.DateField(_("then"))
    grade = models.CharField(_("health"), max_length=6, choices=Customer.Health, blank=True)
    customers = models.IntegerField(_("customers"))
    lost = models.IntegerField(_("lost since"))

    class Meta:
        managed = False
        db_table = "segmentation_healthtest"
        verbose_name = _("back-test of the health")
        verbose_name_plural = _("back-tests of the health")

    def __str__(self) -> str:
        return f"v{self.version_id} {self.grade}: {self.lost}/{self.customers}"
