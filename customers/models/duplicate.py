"""Two files that may be one company."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from customers.models.customer import Customer
from customers.querysets import DuplicateQuerySet


class Duplicate(models.Model):
    """A pair the night found alike; `customer` is the older file.

    Once somebody said that they are two, it is never shown again.
    """

    class Reason(models.TextChoices):
        """What they have in common."""

        USCC = "uscc", _("same credit code")
        NAME = "name", _("same name")
        LIKE = "like", _("similar name")
        SOUND = "sound", _("name sounds the same")
        PHONE = "phone", _("same phone number")

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="duplicates", verbose_name=_("customer")
    )
    other = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", verbose_name=_("other customer")
    )
    score = models.PositiveSmallIntegerField(_("likeness"))  # 0-100
    reasons = ArrayField(models.CharField(max_length=10, choices=Reason), verbose_name=_("why"))
    found_on = models.DateField(_("found on"))
    dismissed_at = models.DateTimeField(_("said to be two"), null=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("said by"),
    )

    field_classes = field_classes(
        internal="id customer other score reasons found_on dismissed_at dismissed_by"
    )

    objects = DuplicateQuerySet["Duplicate"].as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(name="duplicate_once", fields=["customer", "other"]),
            models.CheckConstraint(
                name="duplicate_older_first", condition=Q(customer__lt=F("other"))
            ),
            models.CheckConstraint(
                name="duplicate_score_in_percent", condition=Q(score__range=(0, 100))
            ),
        ]
        indexes = [
            models.Index(
                name="duplicate_queue", fields=["-score", "-id"], condition=Q(dismissed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} ~ {self.other_id}"

    @property
    def reason_labels(self) -> list[str]:
        """What they have in common, as people read it."""
        return [str(self.Reason(reason).label) for reason in self.reasons]
