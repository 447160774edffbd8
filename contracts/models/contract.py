"""Contracts: what was agreed with a customer, and what people decided about it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.methods import PayMethod
from contracts.querysets import ContractQuerySet
from contracts.rules.contracts import Act, Stage
from contracts.rules.due_dates import Roll
from contracts.rules.interest import MOST_DAILY_RATE
from contracts.rules.terms import DueKind
from core.fields import field_classes
from customers.models import Contact, Customer
from customers.querysets import CustomerScopedQuerySet
from engagement.models import Task

STAGES = (
    (Stage.DRAFT.value, pgettext_lazy("contract", "Draft")),
    (Stage.IN_REVIEW.value, _("In review")),
    (Stage.SIGNED.value, pgettext_lazy("contract", "Signed")),
    (Stage.SUSPENDED.value, pgettext_lazy("contract", "Suspended")),
    (Stage.TERMINATED.value, pgettext_lazy("contract", "Terminated")),
)
DUE_KINDS = (
    (DueKind.DAYS.value, _("credit days")),
    (DueKind.WORKDAYS.value, _("credit days, workdays only")),
    (DueKind.END_OF_MONTH.value, _("credit days after the end of the month")),
    (DueKind.LAST_DAY.value, _("last day of a later month")),
    (DueKind.PAY_DAY.value, _("pay day of a later month")),
)
ROLLS = (
    (Roll.FOLLOWING.value, _("the next workday")),
    (Roll.PRECEDING.value, _("the workday before")),
    (Roll.MODIFIED_FOLLOWING.value, _("the next workday, within the month")),
    (Roll.NONE.value, _("stays as it is")),
)


class Contract(models.Model):
    """An agreement with a customer: term, settlement, when money is due.

    `stage` is what people decided; planned, active, expiring, renewed and expired follow from the
    dates (contracts/rules/contracts.py). What comes by import is signed.
    """

    class Settlement(models.TextChoices):
        """When the customer pays."""

        PREPAID = "prepaid", _("Prepaid")
        CASH = "cash", pgettext_lazy("settlement", "Cash")
        MONTHLY = "monthly", _("Monthly settlement")

    contract_no = models.CharField(_("contract number"), max_length=100, unique=True)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contracts", verbose_name=_("customer")
    )
    kind = models.CharField(_("kind"), max_length=100, blank=True)
    stage = models.CharField(
        _("state"),
        max_length=10,
        choices=STAGES,
        default=Stage.SIGNED.value,
        db_default=Stage.SIGNED.value,
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    # Months by which it goes on unless somebody gives notice; empty: it ends.
    renewal_months = models.PositiveSmallIntegerField(_("renewed by months"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), null=True, blank=True)
    renews = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="renewed_by",
        verbose_name=_("renews"),
    )
    settlement = models.CharField(_("settlement"), max_length=10, choices=Settlement, blank=True)
    statement_day = models.PositiveSmallIntegerField(_("statement day"), null=True, blank=True)
    credit_days = models.PositiveSmallIntegerField(_("credit days"), null=True, blank=True)
    due_kind = models.CharField(
        _("due"),
        max_length=12,
        choices=DUE_KINDS,
        default=DueKind.DAYS.value,
        db_default=DueKind.DAYS.value,
    )
    due_months = models.PositiveSmallIntegerField(_("months later"), null=True, blank=True)
    pay_day = models.PositiveSmallIntegerField(_("pay day"), null=True, blank=True)
    roll = models.CharField(
        _("where no workday"),
        max_length=18,
        choices=ROLLS,
        default=Roll.FOLLOWING.value,
        db_default=Roll.FOLLOWING.value,
    )
    price_basis = models.CharField(
        _("price basis"), max_length=300, blank=True, default="", db_default=""
    )
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    our_signatory = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed by us"),
    )
    their_signatory = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed by them"),
    )
    payer_name = models.CharField(
        _("agreed payer"), max_length=200, blank=True, default="", db_default=""
    )
    pay_method = models.CharField(
        _("agreed method of payment"),
        max_length=20,
        choices=PayMethod,
        blank=True,
        default="",
        db_default="",
    )
    # A fraction a day; empty: as everybody pays (contracts/rules/interest.py).
    late_interest_rate = models.DecimalField(
        _("interest for late payment a day"), max_digits=9, decimal_places=6, null=True, blank=True
    )
    # Shipments of earlier days were billed elsewhere; empty: all are.
    statements_from = models.DateField(_("statements from"), null=True, blank=True)

    field_classes = field_classes(
        internal="id contract_no customer kind stage signed_on starts_on ends_on renewal_months"
        " notice_days renews settlement statement_day credit_days due_kind due_months pay_day roll"
        " price_basis amount currency our_signatory their_signatory payer_name pay_method"
        " late_interest_rate statements_from"
    )

    objects = ContractQuerySet["Contract"].as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        ordering = ["contract_no"]
        indexes = [
            models.Index(
                name="contract_end",
                fields=["ends_on"],
                condition=Q(stage__in=["signed", "suspended"]),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="contract_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="contract_statement_day_of_month", condition=Q(statement_day__range=(1, 31))
            ),
            models.CheckConstraint(name="contract_amount_not_negative", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="contract_pay_day_of_month", condition=Q(pay_day__range=(1, 31))
            ),
            models.CheckConstraint(
                name="contract_late_interest_rate",
                condition=Q(late_interest_rate__range=(0, MOST_DAILY_RATE)),
            ),
            models.CheckConstraint(
                name="contract_renewed_by_a_month", condition=Q(renewal_months__gte=1)
            ),
            models.CheckConstraint(
                name="contract_renews_another", condition=~Q(renews=F("id")) | Q(renews=None)
            ),
        ]

    def __str__(self) -> str:
        return self.contract_no


class ContractDecision(models.Model):
    """What somebody decided about a contract, when and why; by nobody: the night (renewal)."""

    ACTS = (
        (Act.SUBMIT.value, _("Sent for review")),
        (Act.RETURN.value, _("Sent back")),
        (Act.SIGN.value, pgettext_lazy("contract", "Signed")),
        (Act.SUSPEND.value, pgettext_lazy("contract", "Suspended")),
        (Act.RESUME.value, _("Resumed")),
        (Act.TERMINATE.value, pgettext_lazy("contract", "Terminated")),
        (Act.EXTEND.value, _("Went on by itself")),
    )

    contract = models.ForeignKey(
        Contract, models.CASCADE, related_name="decisions", verbose_name=_("contract")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    act = models.CharField(_("decision"), max_length=10, choices=ACTS)
    on = models.DateField(_("on"))
    reason = models.CharField(_("reason"), max_length=500, blank=True, db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), db_default=Now())
    task = models.ForeignKey(  # of a head who was asked to sign it or to send it back
        Task, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("task")
    )

    field_classes = field_classes(
        internal="id contract customer act on reason decided_by decided_at task"
    )

    objects = CustomerScopedQuerySet["ContractDecision"].as_manager()

    class Meta:
        verbose_name = _("decision about a contract")
        verbose_name_plural = _("decisions about contracts")
        ordering = ["on", "pk"]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.act} {self.on}"
