"""What a customer's waybills of a month come to: in all, and by service and lane."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models import Customer
from shipments.querysets import CustomerMonthQuerySet, LaneMonthQuerySet

_SUMS = "shipments pieces weight_kg revenue cost uncosted promised on_time exceptions"


class MonthAddend(models.Model):
    """An addend of what one customer's waybills of one month and currency come to.

    The rows of a key add up: always read sums, never single rows. Statement triggers on waybills
    append what each statement changed, so that writers never wait for one another; the night
    folds them into one row by a recount. Cancelled waybills are not in it.
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
    folded = models.BooleanField(_("recounted"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month // 12}-{self.month % 12 + 1:02d} {self.currency}"


class CustomerMonth(MonthAddend):
    """Of one customer, month and currency. Readers: shipments_window(), reports, statistics."""

    last_accepted_on = models.DateField(_("last accepted on"), null=True)
    last_in_doubt = models.BooleanField(_("last acceptance was taken away"))
    # Bit n - 1 is day n of the month; only in recounted rows, 0 in addends that came since.
    shipping_days = models.IntegerField(_("shipping days"), default=0, db_default=0)

    field_classes = field_classes(
        internal=f"id customer month currency {_SUMS} last_accepted_on last_in_doubt folded"
        " shipping_days",
    )

    objects = CustomerMonthQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "shipments_customermonth"
        verbose_name = _("customer's month")
        verbose_name_plural = _("customers' months")


class LaneMonth(MonthAddend):
    """The same by service and lane; places as the waybills write them (rules.places reads them)."""

    service = models.CharField(_("service"), max_length=100)
    origin = models.CharField(_("origin"), max_length=200)
    destination = models.CharField(_("destination"), max_length=200)

    field_classes = field_classes(
        internal=f"id customer month currency service origin destination {_SUMS} folded",
    )

    objects = LaneMonthQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "shipments_lanemonth"
        verbose_name = _("customer's month on a lane")
        verbose_name_plural = _("customers' months on lanes")
