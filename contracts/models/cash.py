"""What the bank says came in, and who is known to pay for whom."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.ledger import Receipt
from contracts.querysets import BankLineQuerySet
from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import OrgUnit


class Payer(models.Model):
    """Somebody who pays for a customer, remembered once a clerk has said so."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="payers", verbose_name=_("customer")
    )
    key = models.CharField(_("compared as"), max_length=200, db_index=True)  # normalised_name
    name = models.CharField(_("name"), max_length=200)
    account_no = models.CharField(_("account"), max_length=60, blank=True)
    since = models.DateField(_("since"))

    field_classes = field_classes(internal="id customer key name account_no since")

    objects = CustomerScopedQuerySet["Payer"].as_manager()

    class Meta:
        verbose_name = _("payer")
        verbose_name_plural = _("payers")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(name="payer_once", fields=["customer", "key"]),
            models.CheckConstraint(name="payer_has_key", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return self.name


class BankLine(models.Model):
    """A row of a bank statement. Once it is known whose money it is, a receipt is made of it."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("To be matched")
        BOOKED = "booked", pgettext_lazy("bank line", "Booked")
        SET_ASIDE = "set_aside", _("Set aside")  # no customer's money: interest, transfers, fees

    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="bank_lines", verbose_name=_("unit")
    )
    account = models.CharField(_("our account"), max_length=60)
    reference = models.CharField(_("bank reference"), max_length=100)
    booked_on = models.DateField(_("booked on"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    is_incoming = models.BooleanField(_("incoming"))
    currency = models.CharField(_("currency"), max_length=3)
    payer_name = models.CharField(_("payer"), max_length=200, blank=True)
    payer_account = models.CharField(_("payer's account"), max_length=60, blank=True)
    text = models.CharField(_("text"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    receipt = models.OneToOneField(
        Receipt,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bank_line",
        verbose_name=_("receipt"),
    )
    note = models.CharField(_("why it was set aside"), max_length=300, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), db_default=Now())

    objects = BankLineQuerySet["BankLine"].as_manager()

    class Meta:
        verbose_name = _("bank line")
        verbose_name_plural = _("bank lines")
        ordering = ["-booked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(name="bankline_once", fields=["account", "reference"]),
            models.CheckConstraint(name="bankline_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="bankline_booked_has_receipt",
                condition=Q(state="booked", receipt__isnull=False)
                | ~Q(state="booked") & Q(receipt=None),
            ),
            models.CheckConstraint(
                name="bankline_only_incoming_is_booked",
                condition=Q(is_incoming=True) | Q(receipt=None),
            ),
        ]
        indexes = [
            models.Index(
                name="bankline_open", fields=["unit", "booked_on"], condition=Q(state="open")
            ),
            models.Index(name="bankline_latest", fields=["-booked_on", "-id"]),
        ]

    def __str__(self) -> str:
        return self.reference
