"""What happened to a waybill on its way."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import OrgUnit
from shipments.models.stages import Stage
from shipments.models.waybill import Waybill


class WaybillEvent(models.Model):
    """One message from the way; `source` and `event_id` tell it from the waybill's others.

    It lies in the partition of its waybill's month and counts for its waybill's payer; triggers
    see to both when the waybill changes. Written by services.load_events only; units are checked
    set by set, as with waybills. Of two messages about one event the higher `seq` stays.
    """

    class Kind(models.TextChoices):
        """What the message says; a delivery, a return and an exception change the waybill."""

        REACHED = "reached", _("Stage reached")
        EXCEPTION = "exception", pgettext_lazy("kind of event", "Exception")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        NOTE = "note", pgettext_lazy("kind of event", "Note")

    id = models.BigIntegerField(primary_key=True, editable=False)
    waybill_no = models.CharField(_("waybill number"), max_length=100)
    month = models.IntegerField(_("month"), editable=False)
    customer = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("paying customer"),
    )
    kind = models.CharField(_("kind of event"), max_length=10, choices=Kind)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, blank=True)
    exception = models.CharField(
        _("exception"), max_length=10, choices=Waybill.ExceptionKind, blank=True
    )
    happened_at = models.DateTimeField(_("happened at"))
    unit = models.ForeignKey(
        OrgUnit,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    note = models.CharField(_("remark"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=100, blank=True)
    event_id = models.CharField(_("number of the event"), max_length=100)
    seq = models.BigIntegerField(_("source sequence"), null=True)

    field_classes = field_classes(
        internal="id waybill_no month customer kind stage exception happened_at unit place note"
        " source event_id seq",
    )

    objects = CustomerScopedQuerySet["WaybillEvent"].as_manager()

    class Meta:
        managed = False
        db_table = "shipments_waybillevent"
        verbose_name = _("waybill event")
        verbose_name_plural = _("waybill events")

    def __str__(self) -> str:
        return f"{self.waybill_no} {self.kind} {self.happened_at:%Y-%m-%d %H:%M}"
