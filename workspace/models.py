"""What the pages that join several apps keep for themselves."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Demonstration(models.Model):
    """The demonstration company in this database: from what it was made, and which rows it made.

    One row at most. After a removal it stays, so that the next start does not load it again.
    """

    seed = models.BigIntegerField(_("seed"))
    scale = models.FloatField(_("scale"))
    edition = models.PositiveSmallIntegerField(_("edition"))  # of the code that made it
    first_day = models.DateField(_("first day"))  # the last day that the first load made
    filled_until = models.DateField(_("filled until"))
    nights_until = models.DateField(_("nights until"), null=True)  # None: not one was computed
    unit_ids = ArrayField(models.BigIntegerField(), default=list)
    user_ids = ArrayField(models.BigIntegerField(), default=list)
    customer_ids = ArrayField(models.BigIntegerField(), default=list)
    survey_ids = ArrayField(models.BigIntegerField(), default=list)
    loaded_at = models.DateTimeField(_("loaded"), auto_now_add=True)
    removed_at = models.DateTimeField(_("removed"), null=True)

    class Meta:
        verbose_name = _("demonstration")
        verbose_name_plural = _("demonstrations")
        constraints = [
            models.CheckConstraint(name="demonstration_only_one", condition=Q(id=1)),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} ({self.seed})"
