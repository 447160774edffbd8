"""One shipment, in monthly partitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import OrgUnit


class Waybill(models.Model):
    """One shipment; it counts wholly for its payer, `customer`.

    The table is partitioned by `month` (year * 12 + month - 1 of the acceptance in Shanghai) and
    is written by services.load only. The dates are made by the database from the moments. There
    are no foreign keys: references are checked set by set at load, and a customer or unit that
    a waybill names cannot be deleted (trigger).
    """

    class Payer(models.TextChoices):
        """Who pays the carriage."""

        SHIPPER = "shipper", _("Shipper")
        CONSIGNEE = "consignee", _("Consignee")
        THIRD = "third", _("Third party")

    class Status(models.TextChoices):
        """How far the shipment is; cancelled ones count nowhere."""

        ACCEPTED = "accepted", _("Accepted")
        IN_TRANSIT = "in_transit", _("In transit")
        DELIVERED = "delivered", _("Delivered")
        RETURNED = "returned", _("Returned")
        LOST = "lost", _("Lost in transit")
        CANCELLED = "cancelled", _("Cancelled")

    class ExceptionKind(models.TextChoices):
        """What went wrong."""

        DAMAGE = "damage", _("Damage")
        LOSS = "loss", _("Loss")
        DELAY = "delay", _("Delay")
        OTHER = "other", _("Other exception")

    waybill_no = models.CharField(_("waybill number"), max_length=100, primary_key=True)
    month = models.IntegerField(_("month"), editable=False)
    customer = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="waybills",
        verbose_name=_("paying customer"),
    )
    shipper = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
        verbose_name=_("shipper"),
    )
    consignee = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("consignee"),
    )
    payer = models.CharField(_("payer"), max_length=10, choices=Payer, default=Payer.SHIPPER)
    billed_code = models.CharField(_("billed code"), max_length=100, blank=True)
    service = models.CharField(_("service"), max_length=100, default="standard")
    accepted_at = models.DateTimeField(_("accepted at"))
    promised_at = models.DateTimeField(_("promised at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    accepted_on = models.DateField(_("accepted on"), editable=False)
    promised_on = models.DateField(_("promised on"), null=True, editable=False)
    delivered_on = models.DateField(_("delivered on"), null=True, editable=False)
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    destination = models.CharField(_("destination"), max_length=200, blank=True)
    pickup_unit = models.ForeignKey(
        OrgUnit,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("pickup unit"),
    )
    delivery_unit = models.ForeignKey(
        OrgUnit,
        models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("delivery unit"),
    )
    pieces = models.IntegerField(_("pieces"), null=True)
    weight_kg = models.DecimalField(_("weight (kg)"), max_digits=12, decimal_places=3, null=True)
    billed_weight_kg = models.DecimalField(
        _("billed weight (kg)"), max_digits=12, decimal_places=3, null=True
    )
    volume_m3 = models.DecimalField(_("volume (m³)"), max_digits=12, decimal_places=6, null=True)
    revenue = models.DecimalField(_("revenue"), max_digits=18, decimal_places=2)
    cost = models.DecimalField(_("cost"), max_digits=18, decimal_places=2, null=True)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    declared_value = models.DecimalField(
        _("declared value"), max_digits=18, decimal_places=2, null=True
    )
    cod_amount = models.DecimalField(
        _("cash on delivery"), max_digits=18, decimal_places=2, null=True
    )
    status = models.CharField(
        _("waybill status"), max_length=10, choices=Status, default=Status.ACCEPTED
    )
    exception = models.CharField(_("exception"), max_length=10, choices=ExceptionKind, blank=True)
    claim_amount = models.DecimalField(
        _("claim amount"), max_digits=18, decimal_places=2, null=True
    )
    waiting_minutes = models.IntegerField(_("waiting minutes"), null=True)
    storage_days = models.IntegerField(_("storage days"), null=True)
    source = models.CharField(_("source"), max_length=100, blank=True)
    source_seq = models.BigIntegerField(_("source sequence"), null=True)

    field_classes = field_classes(
        internal="waybill_no month customer shipper consignee payer billed_code service accepted_at"
        " promised_at delivered_at accepted_on promised_on delivered_on origin destination"
        " pickup_unit delivery_unit pieces weight_kg billed_weight_kg volume_m3 revenue cost"
        " currency declared_value cod_amount status exception claim_amount waiting_minutes"
        " storage_days source source_seq",
    )

    objects = CustomerScopedQuerySet["Waybill"].as_manager()

    class Meta:
        managed = False
        db_table = "shipments_waybill"
        verbose_name = _("waybill")
        verbose_name_plural = _("waybills")

    def __str__(self) -> str:
        return self.waybill_no
