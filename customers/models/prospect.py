"""Customers to be won."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet


class Prospect(models.Model):
    """How far winning a customer has come. One without a row has only been contacted.

    The next step is the customer's next follow-up (engagement).
    """

    class Stage(models.TextChoices):
        """From the first word to the first parcel."""

        CONTACTED = "contacted", pgettext_lazy("stage of a prospect", "Contacted")
        QUOTED = "quoted", pgettext_lazy("stage of a prospect", "Quoted")
        TRIAL = "trial", pgettext_lazy("stage of a prospect", "Trial")
        WON = "won", pgettext_lazy("stage of a prospect", "Won")
        LOST = "lost", pgettext_lazy("stage of a prospect", "Lost")

    OPEN_STAGES = (Stage.CONTACTED, Stage.QUOTED, Stage.TRIAL)

    customer = models.OneToOneField(
        Customer, models.PROTECT, related_name="prospect", verbose_name=_("customer")
    )
    stage = models.CharField(
        pgettext_lazy("of a prospect", "stage"),
        max_length=10,
        choices=Stage,
        default=Stage.CONTACTED,
    )
    since = models.DateField(_("in this stage since"))
    expected_monthly_volume = models.PositiveIntegerField(
        _("expected waybills a month"), null=True, blank=True
    )
    lost_reason = models.CharField(_("why it was lost"), max_length=500, blank=True)

    field_classes = field_classes(
        internal="id customer stage since expected_monthly_volume lost_reason"
    )

    objects = CustomerScopedQuerySet["Prospect"].as_manager()

    class Meta:
        verbose_name = _("prospect")
        verbose_name_plural = _("prospects")
        constraints = [
            models.CheckConstraint(
                name="prospect_lost_has_reason",
                condition=Q(stage="lost") & ~Q(lost_reason="") | ~Q(stage="lost"),
            ),
        ]
        indexes = [models.Index(name="prospect_stage_since", fields=["stage", "since"])]

    def __str__(self) -> str:
        return f"{self.customer} · {self.get_stage_display()}"
