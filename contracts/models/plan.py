"""The collection plan."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.querysets import PlanLineQuerySet
from core.fields import field_classes
from customers.models import Customer


class PlanLine(models.Model):
    """An amount a customer is to pay by a day. It is paid when `paid` = `amount`."""

    class State(models.TextChoices):
        """What people decided; planned, partial, paid and overdue follow from the ledger."""

        OPEN = "open", _("Open")
        WRITTEN_OFF = "written_off", _("Written off")
        VOID = "void", _("Void")

    line_no = models.CharField(_("line number"), max_length=100, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="plan_lines", verbose_name=_("customer")
    )
    contract = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_lines",
        verbose_name=_("contract"),
    )
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"))  # the date in force: ageing and alerts use it
    original_due_on = models.DateField(_("originally due on"))  # before extensions: lateness
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    invoice_no = models.CharField(_("invoice number"), max_length=100, blank=True)
    disputed = models.BooleanField(_("disputed"), default=False)
    dispute_note = models.CharField(_("what is argued about"), max_length=500, blank=True)
    paid = models.DecimalField(
        _("paid"), max_digits=18, decimal_places=2, default=0, editable=False
    )
    # On tax invoices asked for or issued, less red letters; kept by a trigger. Lines that were
    # invoiced elsewhere have a number and nothing here.
    invoiced = models.DecimalField(
        _("invoiced"), max_digits=18, decimal_places=2, default=0, db_default=0, editable=False
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    written_off_on = models.DateField(_("written off on"), null=True, blank=True)
    # Written off as a favour, not as lost: no bad debt.
    waived = models.BooleanField(_("waived"), default=False, db_default=False)
    write_off_reason = models.CharField(
        _("reason of the write-off"), max_length=500, blank=True, default="", db_default=""
    )
    # Credit that was paid back: a line issued, due and settled on that day (decision 41).
    is_refund = models.BooleanField(_("refund"), default=False, db_default=False)

    field_classes = field_classes(
        internal="id line_no customer contract issued_on due_on original_due_on amount currency"
        " invoice_no disputed dispute_note paid state written_off_on waived write_off_reason"
        " is_refund invoiced"
    )

    objects = PlanLineQuerySet["PlanLine"].as_manager()

    class Meta:
        verbose_name = _("plan line")
        verbose_name_plural = _("plan lines")
        ordering = ["due_on", "line_no"]
        constraints = [
            models.CheckConstraint(
                name="planline_paid_within_amount",
                condition=Q(paid__gte=0) & Q(paid__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="planline_void_is_unpaid", condition=~Q(state="void") | Q(paid=0)
            ),
            models.CheckConstraint(
                name="planline_invoiced_within_amount",
                condition=Q(invoiced__gte=0) & Q(invoiced__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="planline_void_is_not_invoiced", condition=~Q(state="void") | Q(invoiced=0)
            ),
            models.CheckConstraint(
                name="planline_written_off_has_day",
                condition=Q(state="written_off", written_off_on__isnull=False)
                | ~Q(state="written_off") & Q(written_off_on=None),
            ),
        ]
        indexes = [
            models.Index(
                name="planline_open_customer",
                fields=["customer", "due_on"],
                condition=Q(state="open", paid__lt=F("amount")),
            ),
            models.Index(
                name="planline_open_due",
                fields=["due_on"],
                condition=Q(state="open", paid__lt=F("amount")),
            ),
            models.Index(
                name="planline_disputed",
                fields=["currency", "customer"],
                condition=Q(disputed=True, state="open", paid__lt=F("amount")),
            ),
            models.Index(  # which open lines a payment of this amount settles
                name="planline_open_amount",
                fields=["amount", "currency"],
                condition=Q(state="open", paid__lt=F("amount")),
            ),
            models.Index(
                name="planline_written_off",
                fields=["written_off_on"],
                condition=Q(state="written_off"),
            ),
        ]

    def __str__(self) -> str:
        return self.line_no
