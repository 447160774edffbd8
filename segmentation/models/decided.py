"""What people decide about a customer's worth, over what the night computes."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from core.rules import LONGEST_GRANT
from customers.models import Customer
from organization.models import User
from segmentation.querysets import OverrideQuerySet

_WHOSE = Func("customer", "customer", Value("[]"), function="int8range")
_WHEN = Func("starts_on", "ends_on", Value("[]"), function="daterange")


class TierOverride(models.Model):
    """A customer is shown in a tier that somebody chose, for a reason and a time.

    It counts from its first to its last day unless it was ended before; the night ends those that
    have gone by. Size, class, risk and potential stay what they are.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="tier_overrides", verbose_name=_("customer")
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Customer.Tier)
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    # Null: within the authority of who asked.
    approved_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    # The first day on which it counts no more: the day it was ended, else the one after its last.
    ended_on = models.DateField(pgettext_lazy("tier override", "ended"), null=True, blank=True)
    # Null: by the night, because its last day has gone by.
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    field_classes = field_classes(
        internal="id customer tier reason asked_by approved_by starts_on ends_on ended_on ended_by"
    )

    objects = OverrideQuerySet.as_manager()

    class Meta:
        verbose_name = _("tier override")
        verbose_name_plural = _("tier overrides")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            ExclusionConstraint(
                name="tieroverride_one_at_a_time",
                expressions=[
                    (_WHOSE, RangeOperators.OVERLAPS),  # equality without an extension
                    (_WHEN, RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_on=None),
            ),
            models.UniqueConstraint(
                name="tieroverride_one_not_ended",
                fields=["customer"],
                condition=Q(ended_on=None),
            ),
            models.CheckConstraint(
                name="tieroverride_is_a_tier", condition=Q(tier__in=Customer.Tier.values)
            ),
            models.CheckConstraint(name="tieroverride_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="tieroverride_ends_within_a_year",
                condition=Q(
                    ends_on__gte=F("starts_on"), ends_on__lte=F("starts_on") + LONGEST_GRANT
                ),
            ),
            models.CheckConstraint(
                name="tieroverride_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="tieroverride_ended_after_it_started",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="tieroverride_ended_by_on_a_day",
                condition=Q(ended_by=None) | Q(ended_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_tier_display()}"

    def is_in_force(self, day: dt.date) -> bool:
        """Whether it counts on the day."""
        ended = self.ended_on is not None and self.ended_on <= day
        return self.starts_on <= day <= self.ends_on and not ended
