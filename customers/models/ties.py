"""Who knows whom: our people and a contact, and contacts among themselves."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models.contact import Contact
from customers.models.customer import Customer
from customers.querysets import CustomerScopedQuerySet


class Tie(models.Model):
    """One of our people knows a contact: how well, when they last spoke, who is in charge."""

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="ties", verbose_name=_("contact")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="ties", verbose_name=_("customer")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="ties", verbose_name=_("colleague")
    )
    strength = models.PositiveSmallIntegerField(
        _("strength of the relation (1-5)"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    is_owner = models.BooleanField(_("in charge of the relation"), default=False)
    last_touch_on = models.DateField(_("last touch"), null=True, blank=True)

    field_classes = field_classes(
        internal="id contact customer user strength is_owner last_touch_on"
    )

    objects = CustomerScopedQuerySet["Tie"].as_manager()

    class Meta:
        verbose_name = _("relation to a contact")
        verbose_name_plural = _("relations to contacts")
        ordering = ["-is_owner", "-strength", "user"]
        constraints = [
            models.UniqueConstraint(name="tie_once_per_colleague", fields=["contact", "user"]),
            models.UniqueConstraint(
                name="tie_one_owner", fields=["contact"], condition=Q(is_owner=True)
            ),
            models.CheckConstraint(name="tie_strength_1_to_5", condition=Q(strength__range=(1, 5))),
        ]

    def __str__(self) -> str:
        return f"{self.user} – #{self.contact_id}"

    @property
    def bars(self) -> list[bool]:
        """Five bars, as many filled as the relation is strong."""
        return [place < self.strength for place in range(5)]


class Acquaintance(models.Model):
    """Two contacts of one customer who know each other besides who reports to whom."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="acquaintances", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="acquaintances", verbose_name=_("contact")
    )
    other = models.ForeignKey(
        Contact, models.CASCADE, related_name="acquainted", verbose_name=_("knows")
    )
    how = models.CharField(_("how they know each other"), max_length=100, blank=True)

    field_classes = field_classes(internal="id customer contact other", personal="how")

    objects = CustomerScopedQuerySet["Acquaintance"].as_manager()

    class Meta:
        verbose_name = _("acquaintance")
        verbose_name_plural = _("acquaintances")
        constraints = [
            models.UniqueConstraint(name="acquaintance_once", fields=["contact", "other"]),
            # Stored once for both: the lower number first.
            models.CheckConstraint(
                name="acquaintance_in_order", condition=Q(contact__lt=F("other"))
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.contact_id} – #{self.other_id}"
