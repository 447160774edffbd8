"""What became of published months: the trace of late and corrected waybills."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet


class Restatement(models.Model):
    """What one load added to a customer's month after a night had published it, by cause.

    All figures are differences and may be negative: those of a month and currency together with
    what was first published are the sums of CustomerMonth. Written by triggers only; `load` is the
    number of the transaction. A merge states both files anew, so each keeps its own rows.
    """

    class Cause(models.TextChoices):
        """Why the month is another than was published."""

        LATE = "late", _("Late waybills")
        CORRECTION = "correction", _("Corrected")
        CANCELLED = "cancelled", _("Cancelled")
        MOVED = "moved", _("Accepted on another day")
        PAYER = "payer", _("Another payer")
        PROGRESS = "progress", _("Delivered meanwhile")
        MERGE = "merge", _("Files merged or parted")
        REMOVED = "removed", _("Waybills removed")

    customer = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("customer"),
    )
    month = models.IntegerField(_("month"))
    currency = models.CharField(_("currency"), max_length=3)
    cause = models.CharField(pgettext_lazy("of a restatement", "cause"), choices=Cause)
    waybills = models.IntegerField(_("waybills"))
    shipments = models.IntegerField(_("shipments"))
    pieces = models.BigIntegerField(_("pieces"))
    weight_kg = models.DecimalField(_("weight (kg)"), max_digits=24, decimal_places=3)
    revenue = models.DecimalField(_("revenue"), max_digits=24, decimal_places=2)
    cost = models.DecimalField(_("known cost"), max_digits=24, decimal_places=2)
    uncosted = models.IntegerField(_("shipments of unknown cost"))
    promised = models.IntegerField(_("delivered with a promise"))
    on_time = models.IntegerField(_("delivered on time"))
    exceptions = models.IntegerField(_("exceptions"))
    source = models.CharField(_("source"), max_length=100)
    at = models.DateTimeField(_("restated at"))
    load = models.BigIntegerField(_("load"))
    actor = models.CharField(_("by"))

    field_classes = field_classes(
        internal="id customer month currency cause waybills shipments pieces weight_kg revenue cost"
        " uncosted promised on_time exceptions source at load actor",
    )

    objects = CustomerScopedQuerySet["Restatement"].as_manager()

    class Meta:
        managed = False
        db_table = "shipments_restatement"
        verbose_name = _("restatement")
        verbose_name_plural = _("restatements")

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month // 12}-{self.month % 12 + 1:02d} {self.cause}"
