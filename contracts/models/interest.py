"""Interest for late payment that was approved."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from contracts.models.plan import PlanLine
from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet


class InterestCharge(models.Model):
    """Interest of a line (B7) to the end of a day that is asked for by another line, `billed_as`.

    What was charged before is not charged again: the sum over a line's rows is what it has borne.
    """

    line = models.ForeignKey(
        PlanLine,
        models.PROTECT,
        related_name="interest_charges",
        verbose_name=_("line that was late"),
    )
    billed_as = models.ForeignKey(
        PlanLine, models.PROTECT, related_name="interest_of", verbose_name=_("billed as line")
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("customer"),
        db_index=False,
    )
    until = models.DateField(_("interest to the end of"))
    amount = models.DecimalField(_("interest"), max_digits=18, decimal_places=2)
    daily_rate = models.DecimalField(_("rate a day"), max_digits=9, decimal_places=6)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )
    approved_at = models.DateTimeField(_("approved"), db_default=Now())

    field_classes = field_classes(
        internal="id line billed_as customer until amount daily_rate approved_by approved_at"
    )

    objects = CustomerScopedQuerySet["InterestCharge"].as_manager()

    class Meta:
        verbose_name = _("interest charged")
        verbose_name_plural = _("interest charged")
        constraints = [
            models.UniqueConstraint(name="interestcharge_once", fields=["line", "billed_as"]),
            models.CheckConstraint(name="interestcharge_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.amount} {self.until}"
