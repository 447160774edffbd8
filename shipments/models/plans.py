"""Service plans: what was agreed with a customer for every stage of its shipments, by version."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models import Contact, Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import Department, OrgUnit
from shipments.models.stages import Stage
from shipments.querysets import ServicePlanQuerySet

_WHOSE = Func("customer", "customer", Value("[]"), function="int8range")
_WHEN = Func("valid_from", "valid_until", Value("[]"), function="daterange")


class ServicePlan(models.Model):
    """One version of what was agreed; at most one is in force on any day.

    A version that has been in force is never changed: the next one follows it (decision 36).
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="service_plans", verbose_name=_("customer")
    )
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.CharField(_("what is new in it"), max_length=500, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("entered by"),
    )
    created_at = models.DateTimeField(_("entered"), auto_now_add=True)

    field_classes = field_classes(
        internal="id customer valid_from valid_until note created_by created_at"
    )

    objects = ServicePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("service plan")
        verbose_name_plural = _("service plans")
        ordering = ["customer", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                name="serviceplan_ends_after_start",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="serviceplan_one_at_a_time",
                expressions=[
                    (_WHOSE, RangeOperators.OVERLAPS),  # equality without an extension
                    (_WHEN, RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                name="serviceplan_one_open_ended",
                fields=["customer"],
                condition=Q(valid_until=None),
            ),
        ]
        indexes = [models.Index(name="serviceplan_versions", fields=["customer", "-valid_from"])]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.valid_from}"


class PlanStage(models.Model):
    """One stage of a version: what the customer asks for, the standard, who answers for it."""

    class Measure(models.TextChoices):
        """How waybill events show whether the standard is kept."""

        HOURS = "duration_hours", _("Hours since the stage before")
        ON_TIME = "on_time_rate", _("Share delivered as promised")
        EXCEPTIONS = "exception_rate", _("Share with an exception")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    plan = models.ForeignKey(
        ServicePlan, models.CASCADE, related_name="stages", verbose_name=_("service plan")
    )
    place = models.PositiveSmallIntegerField(_("order"))
    # Empty for a stage of their own, which has a name instead.
    stage = models.CharField(
        pgettext_lazy("of a shipment", "stage"), max_length=20, choices=Stage, blank=True
    )
    name = models.CharField(pgettext_lazy("own stage", "name"), max_length=60, blank=True)
    requirement = models.CharField(_("requirement"), max_length=500, blank=True)
    standard = models.CharField(_("standard in words"), max_length=200, blank=True)
    measure = models.CharField(_("measured by"), max_length=20, choices=Measure, blank=True)
    # Hours, or a fraction 0-1: at least that share on time, at most that share of exceptions.
    target = models.DecimalField(_("target"), max_digits=9, decimal_places=4, null=True, blank=True)
    unit = models.ForeignKey(
        OrgUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible unit"),
    )
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    contact = models.ForeignKey(
        Contact,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("their contact"),
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("our contact"),
    )

    field_classes = field_classes(
        internal="id customer plan place stage name requirement standard measure target unit"
        " department contact colleague"
    )

    objects = CustomerScopedQuerySet["PlanStage"].as_manager()

    class Meta:
        verbose_name = _("stage of a service plan")
        verbose_name_plural = _("stages of service plans")
        ordering = ["plan", "place"]
        constraints = [
            models.UniqueConstraint(name="planstage_place_in_plan", fields=["plan", "place"]),
            models.UniqueConstraint(
                name="planstage_stage_once", fields=["plan", "stage"], condition=~Q(stage="")
            ),
            models.CheckConstraint(
                name="planstage_known_or_named",
                condition=Q(name="") & ~Q(stage="") | Q(stage="") & ~Q(name=""),
            ),
            models.CheckConstraint(
                name="planstage_measure_has_target",
                condition=Q(measure="", target=None) | ~Q(measure="") & Q(target__isnull=False),
            ),
            models.CheckConstraint(
                name="planstage_target_fits_measure",
                condition=Q(target=None)
                | Q(measure="duration_hours", target__gt=0)
                | Q(target__range=(0, 1)) & ~Q(measure="duration_hours"),
            ),
            models.CheckConstraint(
                name="planstage_own_stage_not_measured",
                condition=~Q(stage="") | Q(measure=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.get_stage_display())


class PlanGain(models.Model):
    """What one side gains by a version: before, as promised, as it came."""

    class Side(models.TextChoices):
        """Who gains."""

        CUSTOMER = "customer", _("The customer")
        OURS = "ours", pgettext_lazy("who gains", "We")

    class Measure(models.TextChoices):
        """In what; costs and stock are in the company's currency."""

        COST = "cost", pgettext_lazy("gain", "Cost a month")
        DAYS = "days", pgettext_lazy("gain", "Days on the way")
        DAMAGE = "damage", pgettext_lazy("gain", "Damage (‰)")
        STOCK = "stock", pgettext_lazy("gain", "Money tied in stock")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    plan = models.ForeignKey(
        ServicePlan, models.CASCADE, related_name="gains", verbose_name=_("service plan")
    )
    side = models.CharField(pgettext_lazy("gain", "side"), max_length=10, choices=Side)
    measure = models.CharField(pgettext_lazy("gain", "measure"), max_length=10, choices=Measure)
    before = models.DecimalField(
        pgettext_lazy("gain", "before"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    promised = models.DecimalField(
        pgettext_lazy("gain", "promised"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    measured = models.DecimalField(
        pgettext_lazy("gain", "measured"), max_digits=18, decimal_places=2, null=True, blank=True
    )

    field_classes = field_classes(internal="id customer plan side measure before promised measured")

    objects = CustomerScopedQuerySet["PlanGain"].as_manager()

    class Meta:
        verbose_name = _("gain of a service plan")
        verbose_name_plural = _("gains of service plans")
        ordering = ["plan", "side", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="plangain_once_a_plan", fields=["plan", "side", "measure"]
            ),
            models.CheckConstraint(
                name="plangain_not_negative",
                condition=~(Q(before__lt=0) | Q(promised__lt=0) | Q(measured__lt=0)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()}: {self.get_measure_display()}"
