"""The public pool of a unit: customers that nobody looks after, and who takes them out again."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet, PoolEntryQuerySet
from organization.models import OrgUnit, User


class PoolRule(models.Model):
    """After how many idle days customers of a tier go to the pool; never without a number."""

    tier = models.CharField(_("tier"), max_length=10, choices=Customer.Tier, unique=True)
    idle_days = models.PositiveSmallIntegerField(
        _("idle days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(30)],
        help_text=_("Without note, shipment and valid contract. Empty: never."),
    )
    warning_days = models.PositiveSmallIntegerField(
        _("warning days"),
        default=14,
        validators=[MinValueValidator(1)],
        help_text=_("So many days before, the manager is told."),
    )

    class Meta:
        verbose_name = _("rule of the pool")
        verbose_name_plural = _("rules of the pool")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_tier_display())


class ManagerLimit(models.Model):
    """What one manager may take and have, by the level of the home unit."""

    level = models.CharField(_("level"), max_length=10, choices=OrgUnit.Level, unique=True)
    claims_per_day = models.PositiveSmallIntegerField(_("claims a day"), default=5)
    views_per_day = models.PositiveSmallIntegerField(_("files of the pool a day"), default=50)
    most_customers = models.PositiveIntegerField(
        _("customers at most"), null=True, blank=True, help_text=_("Empty: no limit.")
    )

    class Meta:
        verbose_name = _("limit of managers")
        verbose_name_plural = _("limits of managers")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_level_display())


class PoolEntry(models.Model):
    """One stay in the pool. It ends when the customer gets a manager, whoever writes that."""

    class Cause(models.TextChoices):
        """Why it came here."""

        IDLE = "idle", pgettext_lazy("cause of the pool", "Idle too long")
        PUT = "put", pgettext_lazy("cause of the pool", "Put by the head")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="pool_entries", verbose_name=_("customer")
    )
    since = models.DateTimeField(_("since"))
    cause = models.CharField(_("cause"), max_length=10, choices=Cause)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    previous_manager = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="customers_lost_to_pool",
        verbose_name=_("former manager"),
    )
    put_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("put by")
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    taken_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers_from_pool",
        verbose_name=_("taken by"),
    )
    is_claim = models.BooleanField(_("claimed"), default=False)  # else somebody assigned it

    field_classes = field_classes(
        internal="id customer since cause reason previous_manager put_by ended_at taken_by is_claim"
    )

    objects = PoolEntryQuerySet["PoolEntry"].as_manager()

    class Meta:
        verbose_name = _("customer of the pool")
        verbose_name_plural = _("customers of the pool")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="poolentry_once_at_a_time", fields=["customer"], condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="poolentry_ends_after_begin", condition=Q(ended_at__gte=models.F("since"))
            ),
        ]
        indexes = [
            models.Index(name="poolentry_latest", fields=["customer", "-since"]),
            models.Index(name="poolentry_claims", fields=["taken_by", "ended_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.customer} ({self.get_cause_display()})"


class PoolView(models.Model):
    """Somebody opened a customer of the pool; counted by day."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="pool_views", verbose_name=_("customer")
    )
    user = models.ForeignKey(
        User, models.CASCADE, related_name="pool_views", verbose_name=_("viewer")
    )
    viewed_on = models.DateField(_("viewed on"))

    field_classes = field_classes(internal="id customer user viewed_on")

    objects = CustomerScopedQuerySet["PoolView"].as_manager()

    class Meta:
        verbose_name = _("view of the pool")
        verbose_name_plural = _("views of the pool")
        constraints = [
            models.UniqueConstraint(
                name="poolview_once_a_day", fields=["user", "viewed_on", "customer"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.viewed_on}: {self.customer}"
