"""The rules that are data: every version of them, and how it came into force."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from segmentation.querysets import RuleSetQuerySet


class RuleSet(models.Model):
    """One version of all rules that are data; not changed any more once it was active."""

    class Status(models.TextChoices):
        """From draft to history."""

        DRAFT = "draft", _("Draft")
        WAITING = "waiting", pgettext_lazy("rule set", "Waits for its day")
        ACTIVE = "active", pgettext_lazy("rule set", "Active")
        RETIRED = "retired", _("Retired")

    version = models.PositiveIntegerField(_("version"), unique=True)
    document = models.JSONField(_("rules"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rule_sets",
        verbose_name=_("author"),
    )
    note = models.CharField(pgettext_lazy("rule set", "note"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True)
    # Who writes rules does not put them in force: the author asks, another person answers.
    asked_at = models.DateTimeField(_("asked for"), null=True, blank=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("activated by"),
    )
    # The business date of the first night by it; null: decided to count at once.
    starts_on = models.DateField(pgettext_lazy("rule set", "first day"), null=True, blank=True)
    # By the command line, as delivered, or before two persons were needed.
    is_alone = models.BooleanField(_("without a second person"), default=False)
    sent_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent back by"),
    )
    sent_back_reason = models.CharField(_("why it was sent back"), max_length=500, blank=True)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                name="ruleset_one_active", fields=["status"], condition=Q(status="active")
            ),
            models.UniqueConstraint(
                name="ruleset_one_waiting", fields=["status"], condition=Q(status="waiting")
            ),
            models.CheckConstraint(
                name="ruleset_activated_unless_draft",
                condition=Q(status__in=["draft", "waiting"], activated_at=None)
                | Q(status__in=["active", "retired"], activated_at__isnull=False),
            ),
            models.CheckConstraint(name="ruleset_version_positive", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="ruleset_activated_by_another",
                condition=Q(activated_by=None) | Q(author=None) | ~Q(activated_by=F("author")),
            ),
            models.CheckConstraint(
                name="ruleset_activated_by_somebody",
                condition=Q(status="draft", activated_by=None, is_alone=False, starts_on=None)
                | Q(
                    status__in=["active", "retired"],
                    activated_by=None,
                    is_alone=True,
                    starts_on=None,
                )
                | Q(
                    status__in=["waiting", "active", "retired"],
                    activated_by__isnull=False,
                    author__isnull=False,
                    asked_at__isnull=False,
                    is_alone=False,
                ),
            ),
            models.CheckConstraint(
                name="ruleset_waits_for_a_day",
                condition=~Q(status="waiting") | Q(starts_on__isnull=False),
            ),
            models.CheckConstraint(
                name="ruleset_sent_back_with_reason",
                condition=Q(sent_back_by=None, sent_back_reason="")
                | (Q(sent_back_by__isnull=False, asked_at=None) & ~Q(sent_back_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return _("Rules, version {version}").format(version=self.version)

    @property
    def stage(self) -> str:
        """Where it stands: written, sent_back, asked, waiting, active or retired."""
        if self.status != self.Status.DRAFT:
            return self.status
        if self.asked_at is not None:
            return "asked"
        return "sent_back" if self.sent_back_by_id else "written"
