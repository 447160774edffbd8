"""Authority limits by level, and the requests that went beyond somebody's own."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organization.models.people import OrgUnit, User
from organization.querysets import ApprovalQuerySet


class ApprovalKind(models.TextChoices):
    """What somebody may do alone up to a limit."""

    CREDIT_LIMIT = "credit_limit", _("Credit limit")
    CREDIT_RELEASE = "credit_release", _("Release from a credit hold")
    DISCOUNT = "discount", _("Discount")
    WRITE_OFF = "write_off", _("Write-off")
    TIER_OVERRIDE = "tier_override", _("Tier override")
    KEY_ACCOUNT = "key_account", pgettext_lazy("approval", "Key account")
    COMPENSATION = "compensation", _("Compensation")
    PRICE_BELOW_FLOOR = "price_below_floor", _("Price below floor")
    BENEFIT = "benefit", _("Benefit")
    POLICY_DEVIATION = "policy_deviation", _("Deviation from policy")
    ACCESS = "access", _("Access to a customer")


class AuthorityLimit(models.Model):
    """How far a level decides by itself; without a row it does not decide that kind at all."""

    class Level(models.TextChoices):
        """Who decides: the front line, or the heads and finance of a unit of that level."""

        FRONT = "front", _("Front line")
        OUTLET = "outlet", _("Outlet")
        BRANCH = "branch", _("Branch")
        GROUP = "group", _("Group")

    RATES: ClassVar[set[str]] = {ApprovalKind.DISCOUNT, ApprovalKind.PRICE_BELOW_FLOOR}

    level = models.CharField(_("level"), max_length=10, choices=Level)
    kind = models.CharField(_("kind"), max_length=20, choices=ApprovalKind)
    most = models.DecimalField(
        _("up to"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_(
            "Money in the company's currency; discounts and prices below the floor as a fraction,"
            " such as 0.05. Empty: without a limit."
        ),
    )

    class Meta:
        verbose_name = _("authority limit")
        verbose_name_plural = _("authority limits")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(name="authoritylimit_once", fields=["level", "kind"]),
            models.CheckConstraint(name="authoritylimit_not_negative", condition=Q(most__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_level_display()}"

    @property
    def is_rate(self) -> bool:
        """Whether `most` is a fraction, not money."""
        return self.kind in self.RATES


class Approval(models.Model):
    """A request to somebody with more authority, and what became of it.

    `key` names what it is about, so that the same thing waits once; `payload` is what the app that
    owns the kind needs to carry it out.
    """

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting", pgettext_lazy("approval", "Waiting")
        APPROVED = "approved", pgettext_lazy("approval", "Approved")
        REFUSED = "refused", pgettext_lazy("approval", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("approval", "Withdrawn")

    kind = models.CharField(_("kind"), max_length=20, choices=ApprovalKind)
    unit = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="+", verbose_name=_("unit concerned")
    )
    addressee = models.ForeignKey(
        OrgUnit, models.PROTECT, related_name="approvals", verbose_name=_("decides")
    )
    key = models.CharField(_("key"), max_length=200)
    subject = models.CharField(_("subject"), max_length=300)
    url = models.CharField(_("address of the page"), max_length=300, blank=True)
    amount = models.DecimalField(
        _("amount"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    payload = models.JSONField(_("facts"), default=dict, blank=True)
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="approvals_asked", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="approvals_decided",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="approval_waits_once", fields=["kind", "key"], condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="approval_decided_has_who_and_when",
                condition=Q(state="waiting", decided_by=None, decided_at=None)
                | ~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="approval_by_a_second_person",
                condition=~Q(state__in=["approved", "refused"], decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="approval_withdrawn_by_who_asked",
                condition=~Q(state="withdrawn") | Q(decided_by=F("asked_by")),
            ),
        ]
        indexes = [
            models.Index(
                name="approval_waiting", fields=["addressee"], condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"
