"""Statements of monthly settlement: what a period's waybills come to, agreed with the customer."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.contract import Contract
from contracts.models.plan import PlanLine
from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet


class Statement(models.Model):
    """A customer's waybills of one settlement period in one currency (decision 39).

    `amount` is the sum of its items but those set aside; `line` is the one plan line it became.
    Whoever has the link to it reads and answers it with the rights of `sent_by`.
    """

    class State(models.TextChoices):
        """How far it is (B13); it is closed when its line is paid."""

        DRAFT = "draft", pgettext_lazy("statement", "Draft")
        SENT = "sent", pgettext_lazy("statement", "Sent")
        DISPUTED = "disputed", pgettext_lazy("statement", "Disputed")
        BILLED = "billed", pgettext_lazy("statement", "Confirmed and billed")

    statement_no = models.CharField(_("statement number"), max_length=40, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="waybill_statements", verbose_name=_("customer")
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="statements", verbose_name=_("contract")
    )
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, default=0)
    item_count = models.PositiveIntegerField(_("waybills"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    made_at = models.DateTimeField(_("made"), db_default=Now())
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    link_key = models.CharField(_("key of the link"), max_length=32, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(  # empty: the customer itself, by the link
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    line = models.OneToOneField(
        PlanLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statement",
        verbose_name=_("plan line"),
    )

    field_classes = field_classes(
        internal="id statement_no customer contract period_start period_end currency amount"
        " item_count state made_at sent_on sent_by answered_on"
        " answered_by line",
        restricted="link_key",
    )

    objects = CustomerScopedQuerySet["Statement"].as_manager()

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        ordering = ["-period_end", "-pk"]
        constraints = [
            models.UniqueConstraint(name="statement_once", fields=["contract", "period_end"]),
            models.CheckConstraint(
                name="statement_ends_after_start", condition=Q(period_end__gte=F("period_start"))
            ),
            models.CheckConstraint(
                name="statement_billed_has_line",
                condition=Q(state="billed", line__isnull=False) | ~Q(state="billed") & Q(line=None),
            ),
        ]
        indexes = [
            models.Index(name="statement_customer", fields=["customer", "-period_end"]),
            models.Index(
                name="statement_open", fields=["period_end"], condition=~Q(state="billed")
            ),
        ]

    def __str__(self) -> str:
        return self.statement_no


class StatementItem(models.Model):
    """A waybill on a statement with the amount it adds, negative where too much was billed.

    What a waybill was billed with is the sum of its items that are not set aside.
    """

    class Kind(models.TextChoices):
        """Why it is there."""

        NEW = "new", pgettext_lazy("waybill on a statement", "Of the period")
        LATE = "late", pgettext_lazy("waybill on a statement", "Came late")
        CORRECTED = "corrected", pgettext_lazy("waybill on a statement", "Corrected")
        CANCELLED = "cancelled", pgettext_lazy("waybill on a statement", "No longer charged")

    statement = models.ForeignKey(
        Statement, models.CASCADE, related_name="items", verbose_name=_("statement")
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("customer"),
        db_index=False,  # statementitem_waybill begins with it
    )
    waybill_no = models.CharField(_("waybill number"), max_length=100)
    month = models.IntegerField(_("month"))
    accepted_on = models.DateField(_("accepted on"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    disputed = models.BooleanField(_("disputed"), default=False, db_default=False)
    dispute_note = models.CharField(
        _("what the customer says is wrong"), max_length=500, blank=True, db_default=""
    )
    # Taken out after a dispute: it comes again, corrected by then, with the next statement.
    set_aside = models.BooleanField(_("set aside"), default=False, db_default=False)

    field_classes = field_classes(
        internal="id statement customer waybill_no month accepted_on kind amount currency disputed"
        " dispute_note set_aside"
    )

    objects = CustomerScopedQuerySet["StatementItem"].as_manager()

    class Meta:
        verbose_name = _("statement item")
        verbose_name_plural = _("statement items")
        ordering = ["accepted_on", "pk"]
        constraints = [
            models.UniqueConstraint(name="statementitem_once", fields=["statement", "waybill_no"]),
            models.CheckConstraint(name="statementitem_not_zero", condition=~Q(amount=0)),
        ]
        indexes = [
            models.Index(name="statementitem_waybill", fields=["customer", "month"]),
            models.Index(name="statementitem_order", fields=["statement", "accepted_on", "id"]),
        ]

    def __str__(self) -> str:
        return f"{self.statement_id}: {self.waybill_no} {self.amount}"
