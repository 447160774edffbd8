"""What a draft of the rules would do: computed by a worker from the last published night."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from segmentation.models.rule_set import RuleSet
from segmentation.querysets import NightlyQuerySet


class Simulation(models.Model):
    """The latest what-if of one draft; asking again takes its place."""

    class State(models.TextChoices):
        """A worker that is at it holds the claim `simulation`."""

        WAITING = "waiting", pgettext_lazy("simulation", "Waiting")
        DONE = "done", pgettext_lazy("simulation", "Done")
        FAILED = "failed", pgettext_lazy("simulation", "Failed")

    rule_set = models.OneToOneField(
        RuleSet, models.CASCADE, related_name="simulation", verbose_name=_("rule set")
    )
    document = models.JSONField(_("rules"))  # as they were when somebody asked
    version = models.ForeignKey(
        Version,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        verbose_name=_("night"),
    )
    state = models.CharField(_("status"), max_length=10, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    # How often a worker began with it: one that was killed each time is not begun for ever.
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    # [tier before, tier, customers] of the whole company, for who sees no customers.
    flows = models.JSONField(_("moves between tiers"), default=list)

    class Meta:
        verbose_name = _("simulation")
        verbose_name_plural = _("simulations")

    def __str__(self) -> str:
        return f"{self.rule_set_id} {self.state}"


class SimulatedClass(models.Model):
    """A customer whose tier, size or class would be another one by the draft."""

    pk = models.CompositePrimaryKey("simulation_id", "customer_id")
    simulation = models.ForeignKey(
        Simulation, models.DO_NOTHING, related_name="classes", verbose_name=_("simulation")
    )
    customer = models.ForeignKey(
        Customer,
        models.DO_NOTHING,
        related_name="simulated_classes",
        db_constraint=False,
        verbose_name=_("customer"),
    )
    tier_before = models.CharField(_("tier before"), max_length=10, choices=Customer.Tier)
    tier = models.CharField(_("tier"), max_length=10, choices=Customer.Tier)
    size_before = models.CharField(_("size before"), max_length=10, choices=Customer.Tier)
    size = models.CharField(_("size"), max_length=10, choices=Customer.Tier)
    abc_before = models.CharField(_("class before"), max_length=1, choices=Customer.AbcClass)
    abc_class = models.CharField(_("ABC class"), max_length=1, choices=Customer.AbcClass)
    # Null while the margin is the value and its cost is unknown.
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=2, null=True)
    revenue_12m = models.DecimalField(_("revenue, 12 months"), max_digits=20, decimal_places=2)
    reasons = models.JSONField(_("reasons"))

    field_classes = field_classes(
        internal="simulation customer tier_before tier size_before size abc_before abc_class value"
        " revenue_12m reasons"
    )

    objects = NightlyQuerySet["SimulatedClass"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_simulatedclass"
        verbose_name = _("simulated class")
        verbose_name_plural = _("simulated classes")

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.tier_before} → {self.tier}"
