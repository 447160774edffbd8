"""Tax invoices: asked of finance, on record with the tax bureau, taken back by red letters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.plan import PlanLine
from contracts.rules.invoices import Confirmation
from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet


class Invoice(models.Model):
    """A tax invoice over parts of plan lines; one with `corrects` is a red letter and negative.

    Title and tax number are those of the day it was asked for. Until it is issued it is a request,
    known to the finance system by `request_no`; what is issued is corrected by a red letter only.
    """

    class Kind(models.TextChoices):
        """What the buyer may deduct with it."""

        SPECIAL = "special", pgettext_lazy("tax invoice", "Special VAT invoice")
        ORDINARY = "ordinary", pgettext_lazy("tax invoice", "Ordinary invoice")

    class State(models.TextChoices):
        """How far it is (B13)."""

        REQUESTED = "requested", pgettext_lazy("tax invoice", "To be issued")
        ISSUING = "issuing", pgettext_lazy("tax invoice", "With finance")
        ISSUED = "issued", pgettext_lazy("tax invoice", "Issued")
        FAILED = "failed", pgettext_lazy("tax invoice", "Failed")
        CANCELLED = "cancelled", pgettext_lazy("tax invoice", "Cancelled")

    class RedConfirmation(models.TextChoices):
        """What the tax bureau says of a red letter, by its codes."""

        NOT_NEEDED = Confirmation.NOT_NEEDED, _("No confirmation needed")
        WAITS_FOR_BUYER = Confirmation.WAITS_FOR_BUYER, _("Waits for the buyer to confirm")
        WAITS_FOR_SELLER = Confirmation.WAITS_FOR_SELLER, _("Waits for us to confirm")
        CONFIRMED = Confirmation.CONFIRMED, _("Confirmed by both")
        DENIED_BY_BUYER = Confirmation.DENIED_BY_BUYER, _("Denied by the buyer")
        DENIED_BY_SELLER = Confirmation.DENIED_BY_SELLER, _("Denied by us")
        LAPSED = Confirmation.LAPSED, _("Lapsed: not confirmed within 72 hours")
        WITHDRAWN = Confirmation.WITHDRAWN, _("Withdrawn before it was confirmed")
        WITHDRAWN_AFTER = Confirmation.WITHDRAWN_AFTER, _("Withdrawn after it was confirmed")
        ABNORMAL = Confirmation.ABNORMAL, _("Void: the invoice is abnormal")

    class RedReason(models.TextChoices):
        """Why an invoice is taken back: the reasons the tax bureau knows."""

        WRONG = "wrong", pgettext_lazy("red letter", "Issued wrongly")
        RETURNED = "returned", pgettext_lazy("red letter", "Goods returned")
        STOPPED = "stopped", pgettext_lazy("red letter", "Service stopped")
        ALLOWANCE = "allowance", pgettext_lazy("red letter", "Allowance on the price")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="invoices", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("invoice title"), max_length=200)
    tax_no = models.CharField(_("tax number"), max_length=20, blank=True)
    amount = models.DecimalField(_("amount with tax"), max_digits=18, decimal_places=2)
    tax_rate = models.DecimalField(_("tax rate"), max_digits=5, decimal_places=4)
    tax = models.DecimalField(_("tax"), max_digits=18, decimal_places=2)
    net = models.DecimalField(_("amount without tax"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    note = models.CharField(_("note"), max_length=300, blank=True)  # also why it failed
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="red_letters",
        verbose_name=_("takes back"),
    )
    red_reason = models.CharField(
        _("reason of the red letter"), max_length=10, choices=RedReason, blank=True
    )
    confirmation = models.CharField(
        _("confirmation"), max_length=2, choices=RedConfirmation, blank=True
    )
    confirm_until = models.DateTimeField(_("to be confirmed until"), null=True, blank=True)
    requested_on = models.DateField(_("asked for on"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    made_at = models.DateTimeField(_("made"), db_default=Now())
    invoice_no = models.CharField(_("invoice number"), max_length=30, blank=True)
    issued_on = models.DateField(pgettext_lazy("tax invoice", "issued on"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    delivery = models.CharField(_("how it was delivered"), max_length=200, blank=True)

    field_classes = field_classes(
        internal="id customer kind title tax_no amount tax_rate tax net currency state"
        " note corrects red_reason confirmation confirm_until requested_on requested_by made_at"
        " invoice_no issued_on delivered_on delivery"
    )

    objects = CustomerScopedQuerySet["Invoice"].as_manager()

    class Meta:
        verbose_name = _("tax invoice")
        verbose_name_plural = _("tax invoices")
        ordering = ["-requested_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="invoice_tax_adds_up", condition=Q(amount=F("net") + F("tax"))
            ),
            models.CheckConstraint(
                name="invoice_only_red_is_negative",
                condition=Q(corrects=None, amount__gt=0) | Q(corrects__isnull=False, amount__lt=0),
            ),
            models.CheckConstraint(
                name="invoice_red_has_confirmation",
                condition=Q(corrects=None, confirmation="", red_reason="")
                | Q(corrects__isnull=False) & ~Q(confirmation="") & ~Q(red_reason=""),
            ),
            models.CheckConstraint(
                name="invoice_issued_has_number",
                condition=Q(state="issued", issued_on__isnull=False) & ~Q(invoice_no="")
                | ~Q(state="issued") & Q(issued_on=None, invoice_no=""),
            ),
            models.CheckConstraint(
                name="invoice_delivered_is_issued",
                condition=Q(delivered_on=None) | Q(state="issued"),
            ),
            models.UniqueConstraint(
                name="invoice_number_once", fields=["invoice_no"], condition=~Q(invoice_no="")
            ),
        ]
        indexes = [
            models.Index(name="invoice_latest", fields=["-requested_on", "-id"]),
            models.Index(name="invoice_of_customer", fields=["customer", "-requested_on"]),
            models.Index(
                name="invoice_under_way",
                fields=["state", "confirm_until"],
                condition=Q(state__in=["requested", "issuing"]),
            ),
        ]

    def __str__(self) -> str:
        return self.invoice_no or self.request_no

    @property
    def request_no(self) -> str:
        """By what the finance system knows it."""
        return f"KP{self.pk:07d}"

    @property
    def why_not(self) -> str:
        """Why nothing came of it: what the tax bureau said of it, else somebody's words."""
        is_dead = self.is_red and Confirmation(self.confirmation).is_dead
        return self.get_confirmation_display() if is_dead else self.note

    @property
    def is_red(self) -> bool:
        """Whether it takes another one back."""
        return self.corrects_id is not None


UNDER_WAY = (Invoice.State.REQUESTED, Invoice.State.ISSUING)  # asked for, nothing came of it yet


class InvoiceLine(models.Model):
    """What of a plan line an invoice is over, negative on a red letter.

    Triggers keep `reddened`, what red letters under way or issued take back of it, and
    `PlanLine.invoiced`; neither exceeds what is there to be invoiced or taken back.
    """

    invoice = models.ForeignKey(
        Invoice, models.PROTECT, related_name="lines", verbose_name=_("tax invoice")
    )
    line = models.ForeignKey(
        PlanLine, models.PROTECT, related_name="invoice_lines", verbose_name=_("plan line")
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("customer"),
        db_index=False,  # found by invoice or by line
    )
    amount = models.DecimalField(_("amount with tax"), max_digits=18, decimal_places=2)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="red_lines",
        verbose_name=_("takes back"),
    )
    reddened = models.DecimalField(
        _("taken back"), max_digits=18, decimal_places=2, default=0, editable=False
    )

    field_classes = field_classes(internal="id invoice line customer amount corrects reddened")

    objects = CustomerScopedQuerySet["InvoiceLine"].as_manager()

    class Meta:
        verbose_name = _("line of a tax invoice")
        verbose_name_plural = _("lines of tax invoices")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="invoiceline_once", fields=["invoice", "line"]),
            models.CheckConstraint(
                name="invoiceline_only_red_is_negative",
                condition=Q(corrects=None, amount__gt=0) | Q(corrects__isnull=False, amount__lt=0),
            ),
            models.CheckConstraint(
                name="invoiceline_reddened_within_amount",
                condition=Q(reddened=0) | Q(reddened__gt=0, reddened__lte=F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}: {self.line_id} {self.amount}"
