"""What a customer's waybills of a month come to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models import Customer
from shipments.querysets import CustomerMonthQuerySet


class CustomerMonth(models.Model):
    """An addend of what one customer's waybills of one month and currency come to.

    The rows of (customer, month, currency) add up: always read sums, never single rows. Statement
    triggers on waybills append what each statement changed, so that writers never wait for one
    another; jobs.check_rollups folds them into one row by a recount. Cancelled waybills are not
    in it. Readers: shipments_window() for all customers, reports for one.
    """

    customer = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("customer"),
    )
    month = models.IntegerField(_("month"))
    currency = models.CharField(_("currency"), max_length=3)
    shipments = models.IntegerField(_("shipments"))
    pieces = models.BigIntegerField(_("pieces"))
    weight_kg = models.DecimalField(_("weight (kg)"), max_digits=24, decimal_places=3)
    revenue = models.DecimalField(_("revenue"), max_digits=24, decimal_places=2)
    cost = models.DecimalField(_("known cost"), max_digits=24, decimal_places=2)
    uncosted = models.IntegerField(_("shipments of unknown cost"))
    promised = models.IntegerField(_("delivered with a promise"))
    on_time = models.IntegerField(_("delivered on time"))
    exceptions = models.IntegerField(_("exceptions"))
    last_accepted_on = models.DateField(_("last accepted on"), null=True)
    last_in_doubt = models.BooleanField(_("last acceptance was taken away"))
    folded = models.BooleanField(_("recounted"))

    field_classes = field_classes(
        internal="id customer month currency shipments pieces weight_kg revenue cost uncosted"
        " promised on_time exceptions last_accepted_on last_in_doubt folded",
    )

    objects = CustomerMonthQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "shipments_customermonth"
        verbose_name = _("customer's month")
        verbose_name_plural = _("customers' months")

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month // 12}-{self.month % 12 + 1:02d} {self.currency}"
