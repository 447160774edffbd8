"""What we decide about a customer's credit: limits, reviews, and the signs that call for one."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import User


class CreditLimitChange(models.Model):
    """One decision about `Customer.credit_limit`; the latest says until when it holds."""

    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="credit_limit_changes",
        verbose_name=_("customer"),
    )
    before = models.DecimalField(_("limit before"), max_digits=18, decimal_places=2, null=True)
    amount = models.DecimalField(_("credit limit"), max_digits=18, decimal_places=2, null=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    changed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    changed_at = models.DateTimeField(_("changed"), auto_now_add=True)

    field_classes = field_classes(
        internal="id customer before amount valid_until reason changed_by approved_by changed_at"
    )

    objects = CustomerScopedQuerySet["CreditLimitChange"].as_manager()

    class Meta:
        verbose_name = _("change of a credit limit")
        verbose_name_plural = _("changes of credit limits")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="creditlimitchange_not_negative", condition=Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="creditlimitchange_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("changed_by")),
            ),
        ]
        indexes = [
            models.Index(name="creditlimitchange_until", fields=["valid_until"]),
            models.Index(name="creditlimitchange_latest", fields=["customer", "-changed_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.amount}"


class CreditReview(models.Model):
    """A look at the whole dossier: what came of it, and when the next one is due."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="credit_reviews", verbose_name=_("customer")
    )
    reviewed_on = models.DateField(_("reviewed on"))
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("reviewed by")
    )
    outcome = models.TextField(_("outcome"), max_length=2000)
    next_on = models.DateField(_("next review"))

    field_classes = field_classes(internal="id customer reviewed_on reviewed_by outcome next_on")

    objects = CustomerScopedQuerySet["CreditReview"].as_manager()

    class Meta:
        verbose_name = _("credit review")
        verbose_name_plural = _("credit reviews")
        ordering = ["-reviewed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="creditreview_next_is_later", condition=Q(next_on__gt=F("reviewed_on"))
            ),
        ]
        indexes = [
            models.Index(name="creditreview_latest", fields=["customer", "-reviewed_on", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.reviewed_on}"


class DangerSign(models.Model):
    """Something seen at the customer that bodes ill, until somebody sees that it is gone."""

    class Sign(models.TextChoices):
        """What was seen."""

        IDLE_LINES = "idle_lines", _("Production lines stand idle")
        LAY_OFFS = "lay_offs", _("People are laid off")
        LATE_WAGES = "late_wages", _("Wages are paid late")
        PILED_STOCK = "piled_stock", _("Stock piles up")
        OWNER_GONE = "owner_gone", _("The owner cannot be reached")
        MOVING_OUT = "moving_out", _("Equipment or stock is moved out")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="danger_signs", verbose_name=_("customer")
    )
    sign = models.CharField(_("danger sign"), max_length=20, choices=Sign)
    seen_on = models.DateField(_("seen on"))
    seen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("seen by"))
    note = models.CharField(_("what was seen"), max_length=500, blank=True)
    gone_on = models.DateField(_("gone since"), null=True, blank=True)

    field_classes = field_classes(internal="id customer sign seen_on seen_by note gone_on")

    objects = CustomerScopedQuerySet["DangerSign"].as_manager()

    class Meta:
        verbose_name = _("danger sign")
        verbose_name_plural = _("danger signs")
        ordering = ["-seen_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="dangersign_seen_once", fields=["customer", "sign"], condition=Q(gone_on=None)
            ),
            models.CheckConstraint(
                name="dangersign_goes_after_it_came", condition=Q(gone_on__gte=F("seen_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_sign_display()}"
