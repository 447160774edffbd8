"""What the scores of a customer's value are made of."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from segmentation.querysets import NightlyQuerySet
from segmentation.rules.scores import loyalty_parts


class Score(models.Model):
    """Parts of current and potential value (C5) of one customer as of one night, and their facts.

    Of whoever shipped in the 12 months or plans to. The scores themselves stand in Classification.
    """

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="+", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="scores", db_constraint=False
    )
    # Parts of 0 to 100; null while unknown, or the same for everybody.
    revenue = models.DecimalField(_("revenue"), max_digits=5, decimal_places=2, null=True)
    contribution = models.DecimalField(_("contribution"), max_digits=5, decimal_places=2, null=True)
    volume = models.DecimalField(_("volume"), max_digits=5, decimal_places=2, null=True)
    collection = models.DecimalField(
        _("due collection rate"), max_digits=5, decimal_places=2, null=True
    )
    planned_volume = models.DecimalField(
        _("planned volume"), max_digits=5, decimal_places=2, null=True
    )
    planned_growth = models.DecimalField(
        _("planned growth"), max_digits=5, decimal_places=2, null=True
    )
    loyalty = models.DecimalField(_("loyalty"), max_digits=5, decimal_places=2, null=True)
    efficiency = models.DecimalField(
        _("efficiency of serving"), max_digits=5, decimal_places=2, null=True
    )
    # The facts behind the potential.
    plan_kg = models.DecimalField(
        _("planned volume (kg)"), max_digits=24, decimal_places=3, null=True
    )
    plan_growth = models.DecimalField(
        _("planned growth"), max_digits=20, decimal_places=6, null=True
    )
    tenure_days = models.IntegerField(_("days with us"), null=True)
    wallet_share = models.DecimalField(
        _("share of wallet"), max_digits=20, decimal_places=6, null=True
    )
    active_weeks = models.IntegerField(_("active weeks of 52"), null=True)
    last_nps = models.IntegerField(_("last NPS answer"), null=True)
    season_cv = models.DecimalField(
        _("variation of the months"), max_digits=20, decimal_places=6, null=True
    )
    waiting_minutes = models.BigIntegerField(_("waiting (minutes)"))
    minutes_over = models.BigIntegerField(_("waiting over the free time (minutes)"))
    storage_days = models.BigIntegerField(_("storage (days)"))
    days_over = models.BigIntegerField(_("storage over the free days"))

    field_classes = field_classes(
        internal="version customer revenue contribution volume collection planned_volume"
        " planned_growth loyalty efficiency plan_kg plan_growth tenure_days wallet_share"
        " active_weeks last_nps season_cv waiting_minutes minutes_over storage_days days_over"
    )

    objects = NightlyQuerySet["Score"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_score"
        verbose_name = _("parts of value")
        verbose_name_plural = _("parts of value")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}"

    @property
    def loyalty_parts(self) -> tuple[Decimal | None, ...]:
        """What loyalty is made of, 0 to 100 each."""
        return loyalty_parts(self.tenure_days, self.wallet_share, self.active_weeks, self.last_nps)
