"""What people decide about a customer's worth, over what the night computes."""

import datetime as dt
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from core.rules import LONGEST_GRANT
from customers.models import Customer
from organization.models import ApprovalKind, User
from segmentation.querysets import DecisionQuerySet

_WHOSE = Func("customer", "customer", Value("[]"), function="int8range")
_WHEN = Func("starts_on", "ends_on", Value("[]"), function="daterange")


class Decision(models.Model):
    """What somebody decided about one customer, for a reason, one at a time.

    It counts from its first day to its last, if it has one, unless it was ended before; the night
    ends those that have gone by.
    """

    approval_kind: ClassVar[str]  # whose authority it takes

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
    # The first day on which it counts no more: the day it was ended, else the one after its last.
    ended_on = models.DateField(pgettext_lazy("tier override", "ended"), null=True, blank=True)
    # Null: by the night, because its last day has gone by.
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    class Meta:
        abstract = True
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="%(class)s_one_not_ended",
                fields=["customer"],
                condition=Q(ended_on=None),
            ),
            models.CheckConstraint(name="%(class)s_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="%(class)s_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="%(class)s_ended_after_it_started",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="%(class)s_ended_by_on_a_day",
                condition=Q(ended_by=None) | Q(ended_on__isnull=False),
            ),
        ]

    @property
    def decided_by(self) -> User:
        """Whose authority it has: who approved it, else who asked."""
        return self.approved_by or self.asked_by

    def is_in_force(self, day: dt.date) -> bool:
        """Whether it counts on the day."""
        last: dt.date | None = self.ends_on  # type: ignore[attr-defined]  # of the models below
        is_over = self.ended_on is not None and self.ended_on <= day
        return self.starts_on <= day and (last is None or day <= last) and not is_over


class TierOverride(Decision):
    """A customer is shown in a tier that somebody chose, for a reason and a time.

    Size, class, risk and potential stay what they are.
    """

    approval_kind = ApprovalKind.TIER_OVERRIDE

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="tier_overrides", verbose_name=_("customer")
    )
    tier = models.CharField(_("tier"), max_length=10, choices=Customer.Tier)
    ends_on = models.DateField(_("until"))

    field_classes = field_classes(
        internal="id customer tier reason asked_by approved_by starts_on ends_on ended_on ended_by"
    )

    objects = DecisionQuerySet["TierOverride"].as_manager()

    class Meta(Decision.Meta):
        verbose_name = _("tier override")
        verbose_name_plural = _("tier overrides")
        constraints = [
            *Decision.Meta.constraints,
            ExclusionConstraint(
                name="tieroverride_one_at_a_time",
                expressions=[
                    (_WHOSE, RangeOperators.OVERLAPS),  # equality without an extension
                    (_WHEN, RangeOperators.OVERLAPS),
                ],
                condition=Q(ended_on=None),
            ),
            models.CheckConstraint(
                name="tieroverride_is_a_tier", condition=Q(tier__in=Customer.Tier.values)
            ),
            models.CheckConstraint(
                name="tieroverride_ends_within_a_year",
                condition=Q(
                    ends_on__gte=F("starts_on"), ends_on__lte=F("starts_on") + LONGEST_GRANT
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_tier_display()}"


class KeyAccount(Decision):
    """A customer is named a key account, the kind "important": for a reason, until it is ended."""

    approval_kind = ApprovalKind.KEY_ACCOUNT

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="key_accounts", verbose_name=_("customer")
    )
    ends_on = models.DateField(_("until"), null=True, blank=True)
    end_reason = models.CharField(_("why it was ended"), max_length=500, blank=True)

    field_classes = field_classes(
        internal="id customer reason asked_by approved_by starts_on ends_on ended_on ended_by"
        " end_reason"
    )

    objects = DecisionQuerySet["KeyAccount"].as_manager()

    class Meta(Decision.Meta):
        verbose_name = _("key account")
        verbose_name_plural = _("key accounts")
        constraints = [
            *Decision.Meta.constraints,
            models.CheckConstraint(
                name="keyaccount_ends_after_it_started",
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="keyaccount_ended_by_hand_with_reason",
                condition=Q(ended_by=None, end_reason="")
                | (Q(ended_by__isnull=False) & ~Q(end_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.starts_on}"
