"""Receipts, and the ledger that says which lines their money went to."""

from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from contracts.models.methods import PayMethod
from contracts.models.plan import PlanLine
from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet


class Receipt(models.Model):
    """Money that came in. What is not allocated to lines is the customer's credit."""

    Method = PayMethod

    receipt_no = models.CharField(_("receipt number"), max_length=100, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="receipts", verbose_name=_("customer")
    )
    received_on = models.DateField(_("received on"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    method = models.CharField(_("method"), max_length=20, choices=Method, blank=True)
    matures_on = models.DateField(_("matures on"), null=True, blank=True)
    line = models.ForeignKey(
        PlanLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="named_by",
        verbose_name=_("plan line"),
    )  # the line the payer named; where the money went stands in the ledger
    effective_on = models.GeneratedField(
        verbose_name=_("counts from"),
        expression=Case(
            When(method="acceptance_bill", then=F("matures_on")), default=F("received_on")
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    allocated = models.DecimalField(
        _("allocated"), max_digits=18, decimal_places=2, default=0, editable=False
    )
    # Who sent it, where the bank or the clerk said so; whether that was agreed (03 P9).
    payer_name = models.CharField(_("payer"), max_length=200, blank=True, default="", db_default="")
    payer_account = models.CharField(
        _("payer's account"), max_length=60, blank=True, default="", db_default=""
    )
    other_payer = models.BooleanField(_("by another payer"), default=False, db_default=False)
    other_method = models.BooleanField(
        _("by another method than agreed"), default=False, db_default=False
    )
    reversed_on = models.DateField(_("reversed on"), null=True, blank=True)
    reversal_reason = models.CharField(_("reason of the reversal"), max_length=500, blank=True)

    field_classes = field_classes(
        internal="id receipt_no customer received_on amount currency method matures_on line"
        " effective_on allocated payer_name payer_account other_payer other_method"
        " reversed_on reversal_reason"
    )

    objects = CustomerScopedQuerySet["Receipt"].as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-received_on", "receipt_no"]
        constraints = [
            models.CheckConstraint(name="receipt_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="receipt_allocated_within_amount",
                condition=Q(allocated__gte=0) & Q(allocated__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="receipt_bill_has_maturity",
                condition=~Q(method="acceptance_bill") | Q(matures_on__isnull=False),
            ),
            models.CheckConstraint(
                name="receipt_reversed_holds_nothing",
                condition=Q(reversed_on=None) | Q(allocated=0),
            ),
        ]
        indexes = [
            models.Index(
                name="receipt_with_credit",
                fields=["customer", "effective_on"],
                condition=Q(allocated__lt=F("amount")),
            ),
            models.Index(
                name="receipt_bills",
                fields=["currency", "effective_on"],
                condition=Q(method="acceptance_bill"),
            ),
            models.Index(name="receipt_customer_latest", fields=["customer", "-received_on"]),
            models.Index(
                name="receipt_flagged",
                fields=["-received_on"],
                condition=Q(other_payer=True) | Q(other_method=True),
            ),
        ]

    def __str__(self) -> str:
        return self.receipt_no


class Allocation(models.Model):
    """One row of the ledger: money of a receipt put on a line from a day on.

    Rows are only ever added; taking back is a negative row. A trigger adds them to
    `PlanLine.paid` and `Receipt.allocated` and refuses other customers and currencies.
    """

    class Kind(models.TextChoices):
        """Why the row exists."""

        ALLOCATION = "allocation", _("Allocation")
        REVERSAL = "reversal", _("Reversal")  # on the day the money was taken back
        CORRECTION = "correction", _("Correction")  # the receipt had been entered wrongly

    receipt = models.ForeignKey(
        Receipt, models.PROTECT, related_name="allocations", verbose_name=_("receipt")
    )
    line = models.ForeignKey(
        PlanLine, models.PROTECT, related_name="allocations", verbose_name=_("plan line")
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("customer"),
        db_constraint=False,  # the trigger holds it equal to the line's customer
        db_index=False,
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    allocated_on = models.DateField(_("allocated on"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.ALLOCATION)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("booked"), db_default=Now())
    actor = models.CharField(
        _("who"),
        max_length=200,
        db_default=Coalesce(
            Func(Value("app.actor"), Value(True), function="current_setting"),
            Value(""),
            output_field=models.CharField(),
        ),
    )

    field_classes = field_classes(
        internal="id receipt line customer amount allocated_on kind reason created_at actor"
    )

    objects = CustomerScopedQuerySet["Allocation"].as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        ordering = ["allocated_on", "id"]
        constraints = [
            models.CheckConstraint(name="allocation_not_zero", condition=~Q(amount=0)),
        ]
        indexes = [
            models.Index(name="allocation_day", fields=["allocated_on"]),
            models.Index(name="allocation_customer_day", fields=["customer", "allocated_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} → {self.line_id}: {self.amount}"
