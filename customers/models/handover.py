"""Customers that go from one manager's hands into another's, and what was agreed about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet, HandoverQuerySet
from organization.models import User


class Handover(models.Model):
    """Some customers to one receiver on one day. What is planned is carried out by the clock."""

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", pgettext_lazy("handover", "Planned")
        DONE = "done", pgettext_lazy("handover", "Handed over")
        WITHDRAWN = "withdrawn", pgettext_lazy("handover", "Withdrawn")

    receiver = models.ForeignKey(
        User, models.PROTECT, related_name="handovers_received", verbose_name=_("receiver")
    )
    effective_on = models.DateField(_("effective on"))
    reason = models.CharField(_("reason"), max_length=500)
    read_until = models.DateField(_("former manager may read until"), null=True, blank=True)
    keeps_helpers = models.BooleanField(_("helpers stay"), default=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    problem = models.CharField(_("problem"), max_length=500, blank=True)  # why the clock gave it up
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="handovers_arranged", verbose_name=_("arranged by")
    )
    created_at = models.DateTimeField(_("arranged"), auto_now_add=True)
    applied_at = models.DateTimeField(_("carried out"), null=True, blank=True)

    objects = HandoverQuerySet["Handover"].as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="handover_done_has_its_time",
                condition=Q(state="done", applied_at__isnull=False)
                | ~Q(state="done") & Q(applied_at=None),
            ),
            models.CheckConstraint(name="handover_has_reason", condition=~Q(reason="")),
        ]
        indexes = [
            models.Index(
                name="handover_planned", fields=["effective_on"], condition=Q(state="planned")
            )
        ]

    def __str__(self) -> str:
        return f"{self.effective_on} → {self.receiver}"


class HandoverItem(models.Model):
    """One customer of a handover. Moved, or left where it was because somebody came before."""

    handover = models.ForeignKey(
        Handover, models.PROTECT, related_name="items", verbose_name=_("handover")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="handovers", verbose_name=_("customer")
    )
    manager_before = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="customers_handed_over",
        verbose_name=_("former manager"),
    )
    moved_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    seen_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    remark = models.CharField(_("remark of the receiver"), max_length=500, blank=True)

    field_classes = field_classes(
        internal="id handover customer manager_before moved_at seen_at remark"
    )

    objects = CustomerScopedQuerySet["HandoverItem"].as_manager()

    class Meta:
        verbose_name = _("customer of a handover")
        verbose_name_plural = _("customers of handovers")
        ordering = ["handover", "customer"]
        constraints = [
            models.UniqueConstraint(name="handoveritem_once_each", fields=["handover", "customer"]),
            models.CheckConstraint(
                name="handoveritem_seen_after_moved",
                condition=Q(seen_at=None) | Q(moved_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="handoveritem_latest", fields=["customer", "-moved_at"]),
            models.Index(
                name="handoveritem_unseen",
                fields=["handover"],
                condition=Q(seen_at=None, moved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} ({self.handover})"
