"""How customers are served: the policies in force, and what single customers were granted."""

import datetime as dt
from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import DeviationQuerySet
from customers.rules.policies import RISK
from organization.models import User


class PolicyPoint(models.TextChoices):
    """What a policy says something about (rules.policies.POINTS, in their order)."""

    CALL_DAYS = "call_days", _("Account manager's call")
    VISIT_DAYS = "visit_days", _("Visit of the branch")
    LEADER_DAYS = "leader_days", _("Visit of a group leader")
    REVIEW_DAYS = "review_days", _("Business review")
    SURVEY_DAYS = "survey_days", pgettext_lazy("service policy", "Survey")
    ANSWER_HOURS = "answer_hours", _("First answer to a complaint")
    SOLUTION_DAYS = "solution_days", _("Solution of a complaint")
    CALLBACK_DAYS = "callback_days", _("Call back after a low answer")
    DISCOUNT = "discount", _("Discount at most")
    CREDIT_DAYS = "credit_days", _("Credit days at most")
    MANAGER = "manager", _("Looked after up to")
    FIRST = "first", _("Handled first")
    BEST = "best", _("Best people and vehicles")
    FAVOURABLE = "favourable", _("Favourable price")
    COST_SHARE = "cost_share", _("Cost of serving at most")


# The points as people read them: a heading, and what stands below it.
POINT_GROUPS: Sequence[tuple[Promise, Sequence[PolicyPoint]]] = (
    (
        _("Seen and asked"),
        (
            PolicyPoint.CALL_DAYS,
            PolicyPoint.VISIT_DAYS,
            PolicyPoint.LEADER_DAYS,
            PolicyPoint.REVIEW_DAYS,
            PolicyPoint.SURVEY_DAYS,
        ),
    ),
    (
        _("When something went wrong"),
        (PolicyPoint.ANSWER_HOURS, PolicyPoint.SOLUTION_DAYS, PolicyPoint.CALLBACK_DAYS),
    ),
    (
        _("Price and terms"),
        (PolicyPoint.DISCOUNT, PolicyPoint.CREDIT_DAYS, PolicyPoint.COST_SHARE),
    ),
    (
        _("Who and how"),
        (PolicyPoint.MANAGER, PolicyPoint.FIRST, PolicyPoint.BEST, PolicyPoint.FAVOURABLE),
    ),
)


class ManagerLevel(models.TextChoices):
    """The highest level at which somebody looks after the customer."""

    GROUP = "group", _("Group")
    BRANCH = "branch", _("Branch")
    OUTLET = "outlet", _("Outlet")
    NONE = "none", pgettext_lazy("manager's level", "Nobody in particular")


class ServicePolicy(models.Model):
    """One tier's policy of the rule set in force: the table that everything else reads.

    Written when rules are put in force, by `put_policies_in_force` only. The row of the risk tier
    says no more than its credit days.
    """

    class Code(models.TextChoices):
        """Whose policy it is."""

        LARGE = "large", pgettext_lazy("tier", "Large")
        MEDIUM = "medium", pgettext_lazy("tier", "Medium")
        SMALL = "small", pgettext_lazy("tier", "Small")
        POTENTIAL = "potential", pgettext_lazy("tier", "Potential")
        PROSPECT = "prospect", _("Prospect")
        RISK = "risk", pgettext_lazy("tier", "At risk")

    code = models.CharField(_("code"), max_length=10, choices=Code, unique=True)
    call_days = models.PositiveSmallIntegerField(PolicyPoint.CALL_DAYS.label, null=True)
    visit_days = models.PositiveSmallIntegerField(PolicyPoint.VISIT_DAYS.label, null=True)
    leader_days = models.PositiveSmallIntegerField(PolicyPoint.LEADER_DAYS.label, null=True)
    review_days = models.PositiveSmallIntegerField(PolicyPoint.REVIEW_DAYS.label, null=True)
    survey_days = models.PositiveSmallIntegerField(PolicyPoint.SURVEY_DAYS.label, null=True)
    answer_hours = models.PositiveSmallIntegerField(PolicyPoint.ANSWER_HOURS.label, null=True)
    solution_days = models.PositiveSmallIntegerField(PolicyPoint.SOLUTION_DAYS.label, null=True)
    callback_days = models.PositiveSmallIntegerField(PolicyPoint.CALLBACK_DAYS.label, null=True)
    discount = models.DecimalField(
        PolicyPoint.DISCOUNT.label, max_digits=5, decimal_places=4, null=True
    )
    credit_days = models.PositiveSmallIntegerField(PolicyPoint.CREDIT_DAYS.label)
    manager = models.CharField(
        PolicyPoint.MANAGER.label, max_length=10, choices=ManagerLevel, blank=True
    )
    first = models.BooleanField(PolicyPoint.FIRST.label, null=True)
    best = models.BooleanField(PolicyPoint.BEST.label, null=True)
    favourable = models.BooleanField(PolicyPoint.FAVOURABLE.label, null=True)
    cost_share = models.DecimalField(
        PolicyPoint.COST_SHARE.label, max_digits=5, decimal_places=4, null=True
    )

    field_classes = field_classes(
        internal="id code call_days visit_days leader_days review_days survey_days"
        " answer_hours solution_days callback_days discount credit_days manager first best"
        " favourable cost_share"
    )

    class Meta:
        verbose_name = _("service policy")
        verbose_name_plural = _("service policies")
        constraints = [
            models.CheckConstraint(
                name="servicepolicy_is_whole",
                condition=Q(code=RISK)
                | Q(
                    call_days__isnull=False,
                    answer_hours__isnull=False,
                    solution_days__isnull=False,
                    callback_days__isnull=False,
                    discount__isnull=False,
                    manager__in=ManagerLevel.values,
                    first__isnull=False,
                    best__isnull=False,
                    favourable__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())


class PolicyDeviation(models.Model):
    """One customer is served otherwise in one point, for a reason and a time.

    It counts from its first to its last day unless it was ended before; the night ends those that
    have gone by. `value` is text as `rules.policies.read_value` takes it.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="policy_deviations", verbose_name=_("customer")
    )
    point = models.CharField(_("point of the policy"), max_length=20, choices=PolicyPoint)
    value = models.CharField(pgettext_lazy("of a point", "value"), max_length=10, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    # Null: within the authority of who asked.
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("approved by")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    ended_at = models.DateTimeField(pgettext_lazy("deviation", "ended"), null=True, blank=True)
    # Null: by the night, because its last day has gone by.
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    field_classes = field_classes(
        internal="id customer point value reason asked_by approved_by starts_on ends_on ended_at"
        " ended_by"
    )

    objects = DeviationQuerySet["PolicyDeviation"].as_manager()

    class Meta:
        verbose_name = _("deviation from the service policy")
        verbose_name_plural = _("deviations from the service policy")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="policydeviation_one_a_point",
                fields=["customer", "point"],
                condition=Q(ended_at=None),
            ),
            models.CheckConstraint(
                name="policydeviation_ends_after_it_starts",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="policydeviation_approved_by_another",
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="policydeviation_ended_by_at_a_time",
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="policydeviation_value_fits",
                condition=Q(point="manager", value__in=ManagerLevel.values)
                | Q(point__in=["first", "best", "favourable"], value__in=["true", "false"])
                | Q(point="discount", value__regex=r"^[01](\.[0-9]{1,4})?$")
                | Q(point="cost_share", value__regex=r"^([01](\.[0-9]{1,4})?)?$")
                | Q(
                    point__in=["visit_days", "leader_days", "review_days", "survey_days"],
                    value__regex=r"^[0-9]{0,3}$",
                )
                | Q(
                    point__in=[
                        *("call_days", "answer_hours", "solution_days", "callback_days"),
                        "credit_days",
                    ],
                    value__regex=r"^[0-9]{1,3}$",
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.get_point_display()}"

    def is_live(self, day: dt.date) -> bool:
        """Whether it counts on the day."""
        return self.ended_at is None and self.starts_on <= day <= self.ends_on
