"""Complaints: what a customer is not content with, until somebody has answered and solved it."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models import Customer
from engagement.models.tasks import Task
from engagement.querysets import ComplaintQuerySet
from organization.models import Department, OrgUnit


class Complaint(models.Model):
    """One complaint; `complaint_no` is unique within the system it came from (`source`).

    Both deadlines are set when it comes in and stay (engagement.rules.complaints). It is open until
    `closed_at`. Who called stands in text: it need not be a contact of the file.
    """

    class Channel(models.TextChoices):
        """Where it came in."""

        HOTLINE = "hotline", pgettext_lazy("channel", "Hotline")
        APP = "app", pgettext_lazy("channel", "App or mini-program")
        COUNTER = "counter", pgettext_lazy("channel", "Counter")
        WECHAT = "wechat", pgettext_lazy("channel", "WeChat")
        EMAIL = "email", pgettext_lazy("channel", "E-mail")
        SOCIAL = "social", pgettext_lazy("channel", "Social media")
        PRESS = "press", pgettext_lazy("channel", "Press")
        REGULATOR = "regulator", pgettext_lazy("channel", "Postal regulator")
        OTHER = "other", pgettext_lazy("channel", "Other")

    class Category(models.TextChoices):
        """What it is about."""

        DELAY = "delay", _("Delay")
        DAMAGE = "damage", _("Damage")
        LOSS = "loss", _("Loss")
        ATTITUDE = "attitude", pgettext_lazy("complaint", "Attitude")
        BILLING = "billing", pgettext_lazy("complaint", "Billing")
        INFORMATION = "information", pgettext_lazy("complaint", "Information")
        OTHER = "other", pgettext_lazy("complaint", "Other")

    class Severity(models.TextChoices):
        """How much is at stake; a high one has half the time."""

        NORMAL = "normal", pgettext_lazy("severity of a complaint", "Normal")
        HIGH = "high", pgettext_lazy("severity of a complaint", "High")

    class Verdict(models.TextChoices):
        """What the customer thinks of the solution."""

        CONTENT = "content", pgettext_lazy("verdict", "Content")
        PARTLY = "partly", pgettext_lazy("verdict", "Partly content")
        NOT_CONTENT = "not_content", pgettext_lazy("verdict", "Not content")

    source = models.CharField(_("source"), max_length=100, blank=True)
    complaint_no = models.CharField(_("complaint number"), max_length=100)
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="complaints", verbose_name=_("customer")
    )
    received_at = models.DateTimeField(pgettext_lazy("complaint", "received"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity, default=Severity.NORMAL
    )
    waybill_no = models.CharField(_("waybill number"), max_length=100, blank=True)
    contact_name = models.CharField(_("who complains"), max_length=100, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=100, blank=True)
    text = models.TextField(_("text"))
    claimed = models.DecimalField(
        _("amount claimed"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="+", verbose_name=_("responsible unit")
    )
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    created_by = models.ForeignKey(  # what came by the API: the system that sent it
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)
    answer_due_at = models.DateTimeField(_("first answer due"))
    solution_due_at = models.DateTimeField(_("solution due"))
    answered_at = models.DateTimeField(_("first answer given"), null=True, blank=True)
    answer = models.CharField(_("first answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    closed_at = models.DateTimeField(_("solved"), null=True, blank=True)
    solution = models.CharField(_("solution"), max_length=1000, blank=True)
    verdict = models.CharField(_("customer's verdict"), max_length=12, choices=Verdict, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("solved by"),
    )
    task = models.ForeignKey(
        Task, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("task")
    )

    field_classes = field_classes(
        internal="id source complaint_no customer received_at channel category severity waybill_no"
        " text claimed currency unit department created_by created_at answer_due_at"
        " solution_due_at answered_at answer answered_by closed_at solution verdict closed_by task",
        personal="contact_name contact_phone",
    )

    objects = ComplaintQuerySet["Complaint"].as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="complaint_no_once", fields=["source", "complaint_no"]),
            models.CheckConstraint(
                name="complaint_claim_not_negative", condition=Q(claimed__gte=0)
            ),
            models.CheckConstraint(
                name="complaint_solution_after_answer",
                condition=Q(answer_due_at__lte=F("solution_due_at")),
            ),
            models.CheckConstraint(
                name="complaint_answer_has_words", condition=Q(answered_at=None) | ~Q(answer="")
            ),
            models.CheckConstraint(
                name="complaint_closed_is_answered_and_solved",
                condition=Q(closed_at=None) | Q(answered_at__isnull=False) & ~Q(solution=""),
            ),
        ]
        indexes = [
            models.Index(name="complaint_customer_latest", fields=["customer", "-received_at"]),
            models.Index(
                name="complaint_open_due", fields=["solution_due_at"], condition=Q(closed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.complaint_no

    @property
    def due_at(self) -> dt.datetime | None:
        """The next deadline; None once it is closed."""
        if self.closed_at is not None:
            return None
        return self.answer_due_at if self.answered_at is None else self.solution_due_at
