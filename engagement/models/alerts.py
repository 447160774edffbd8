"""The alerts inbox: what a person should know until a fact closes it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models import Customer
from engagement.querysets import AlertQuerySet
from organization.models import OrgUnit


class Alert(models.Model):
    """Something a person should know, once per subject and stage, until a fact closes it.

    `key` names subject and stage (`payment_due:LINE_NO:+7`, `low_score:RESPONSE_NO`,
    `volume_drop:CUSTOMER_CODE:DAY`, `network:CUSTOMER_CODE:DAY`, `credit_review:CUSTOMER_CODE:1`,
    `expiring:qualification:ID:DAY:30`), so that nothing is said twice. `params` are the facts for
    the sentence, which is made in the reader's language.
    """

    class Kind(models.TextChoices):
        """What it is about."""

        PAYMENT_DUE = "payment_due", _("Payment due")
        LOW_SCORE = "low_score", _("Low score")
        VOLUME_DROP = "volume_drop", _("Revenue falls")
        CREDIT_REVIEW = "credit_review", _("Credit review")
        EXPIRING = "expiring", _("Paper expires")
        FACT_CHANGE = "fact_change", _("Facts of the file changed")
        FILE_GAPS = "file_gaps", _("File with gaps")
        COMPLAINT_LATE = "complaint_late", _("Complaint late")
        UNAPPLIED = "unapplied", _("Money without a line")
        UNANSWERED = "unanswered", _("Statement unanswered")
        CONTRACT_ENDING = "contract_ending", _("Contract ends")
        NETWORK = "network", _("Network at risk")
        COMMITMENT_MISSED = "commitment_missed", _("Commitment missed")

    class Severity(models.TextChoices):
        """How loud it is."""

        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    class Status(models.TextChoices):
        """Whether anybody has to look at it."""

        OPEN = "open", pgettext_lazy("alert", "Open")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged")
        SNOOZED = "snoozed", _("Snoozed")
        CLOSED = "closed", _("Closed")

    class ClosingReason(models.TextChoices):
        """The fact that resolved it."""

        PAID = "paid", _("Paid")
        SUPERSEDED = "superseded", _("A later stage was reached")
        VOID = "void", _("The line was made void")
        WRITTEN_OFF = "written_off", _("The line was written off")
        RECOVERED = "recovered", _("It is well again")
        WITHDRAWN = "withdrawn", _("The answer was corrected")
        LAPSED = "lapsed", _("Too long ago")
        LOST = "lost", _("The customer is recorded as lost")
        REVIEWED = "reviewed", _("The credit was reviewed")
        RENEWED = "renewed", _("It was renewed or taken away")
        ANSWERED = "answered", _("It was answered")
        MOVED = "moved", _("The due date was moved")
        APPLIED = "applied", _("The money was put on lines")

    key = models.CharField(_("key"), max_length=200)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="alerts", verbose_name=_("customer")
    )
    # Where the customer stands now: triggers set it and let it follow (migration 0006).
    org_unit = models.ForeignKey(
        OrgUnit,
        models.DO_NOTHING,
        null=True,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("unit"),
    )
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("account manager"),
    )
    # Stable: the number of the line or response, the code of the customer.
    subject = models.CharField(_("subject"), max_length=100)
    params = models.JSONField(_("facts"), default=dict, blank=True)
    opened_on = models.DateField(_("opened on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    # Money x lateness x tier, by which queues are sorted; the night keeps it.
    urgency = models.BigIntegerField(_("urgency"), default=0, db_default=0)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.OPEN)
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, blank=True)
    snoozed_on = models.DateField(_("snoozed on"), null=True, blank=True)
    snoozed_until = models.DateField(_("snoozed until"), null=True, blank=True)
    snooze_reason = models.CharField(
        _("reason for the delay"), max_length=500, blank=True, default="", db_default=""
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closing_reason = models.CharField(
        _("closing reason"), max_length=20, choices=ClosingReason, blank=True
    )

    field_classes = field_classes(
        internal="id key kind severity customer subject params opened_on due_on amount currency"
        " org_unit account_manager urgency status acknowledged_on snoozed_on snoozed_until"
        " snooze_reason closed_on closing_reason"
    )

    objects = AlertQuerySet["Alert"].as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(name="alert_once", fields=["key"]),
            models.CheckConstraint(
                name="alert_closed_has_day_and_reason",
                condition=Q(status="closed", closed_on__isnull=False) & ~Q(closing_reason="")
                | ~Q(status="closed") & Q(closed_on=None, closing_reason=""),
            ),
            models.CheckConstraint(
                name="alert_closes_after_opening", condition=Q(closed_on__gte=F("opened_on"))
            ),
            models.CheckConstraint(
                name="alert_snoozed_has_days",
                condition=~Q(status="snoozed")
                | Q(snoozed_on__isnull=False, snoozed_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                name="alert_open_subject",
                fields=["kind", "subject"],
                condition=~Q(status="closed"),
            ),
            models.Index(
                name="alert_open_customer",
                fields=["customer", "-opened_on"],
                condition=~Q(status="closed"),
            ),
            models.Index(
                name="alert_queue",
                fields=["kind", "-urgency", "-id"],
                condition=Q(status__in=["open", "snoozed"]),
            ),
            models.Index(
                name="alert_queue_unit",
                fields=["org_unit", "kind", "-urgency", "-id"],
                condition=Q(status__in=["open", "snoozed"]),
            ),
            models.Index(
                name="alert_queue_manager",
                fields=["account_manager", "kind", "-urgency", "-id"],
                condition=Q(status__in=["open", "snoozed"]),
            ),
            models.Index(
                name="alert_queue_due",
                fields=["due_on", "org_unit", "account_manager"],
                condition=Q(status__in=["open", "snoozed"]),
            ),
        ]

    def __str__(self) -> str:
        return self.key
