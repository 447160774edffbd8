"""How regularly a customer ships, and whether it still does."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from segmentation.querysets import NightlyQuerySet


class Rhythm(models.Model):
    """The rhythm (C9) of one customer as of one night; customers that never shipped have none.

    Days are counted without the great breaks. The state says how long the silence is against
    `usual_days`: silent_days / usual_days is the rho of C9.
    """

    class State(models.TextChoices):
        """From the first shipment to the last."""

        NEW = "new", pgettext_lazy("rhythm", "New")
        ACTIVE = "active", pgettext_lazy("rhythm", "In rhythm")
        COOLING = "cooling", pgettext_lazy("rhythm", "Cooling")
        AT_RISK = "at_risk", pgettext_lazy("rhythm", "At risk")
        DORMANT = "dormant", pgettext_lazy("rhythm", "Dormant")
        PAUSED = "paused", pgettext_lazy("rhythm", "Out of season")
        WON_BACK = "won_back", pgettext_lazy("rhythm", "Back again")
        LOST = "lost", pgettext_lazy("rhythm", "Lost")

    class Decay(models.TextChoices):
        """How much less a recent week brings than one before."""

        AMBER = "amber", _("Less than usual")
        RED = "red", _("Much less than usual")

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="rhythms", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="rhythms", db_constraint=False
    )
    state = models.CharField(_("rhythm"), max_length=10, choices=State)
    # The gap that nine of ten do not exceed, at least three days; of customers of the same size
    # where `is_own` is not.
    usual_days = models.IntegerField(_("usual gap (days)"))
    typical_days = models.IntegerField(_("gap in the middle (days)"), null=True)
    gaps = models.IntegerField(_("gaps"))
    is_own = models.BooleanField(_("own rhythm"))
    silent_days = models.IntegerField(_("silent (days)"))
    last_on = models.DateField(_("last shipment"))
    # Null where it lies before the days the rhythm looks at.
    first_on = models.DateField(_("first shipment"), null=True)
    active_weeks = models.IntegerField(_("active weeks of 52"), default=0)
    # Shipments of the recent weeks and of those before, and how many weeks these are.
    recent = models.IntegerField(_("shipments lately"))
    base = models.IntegerField(_("shipments before"))
    recent_weeks = models.IntegerField(_("recent weeks"))
    base_weeks = models.IntegerField(_("weeks before"))
    decay = models.CharField(_("volume"), max_length=5, choices=Decay, blank=True)

    field_classes = field_classes(
        internal="version customer state usual_days typical_days gaps is_own silent_days last_on"
        " recent base recent_weeks base_weeks decay first_on active_weeks"
    )

    objects = NightlyQuerySet["Rhythm"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_rhythm"
        verbose_name = _("rhythm")
        verbose_name_plural = _("rhythms")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}: {self.state}"
