"""What a system was answered, so that it may ask again without doing it twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.models import User


class KeptAnswer(models.Model):
    """The answer to one POST with an Idempotency-Key, written in the transaction of its effect."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("system"))
    key = models.CharField(_("idempotency key"), max_length=200)
    digest = models.CharField(_("digest of the request"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    body = models.BinaryField(_("answer"))
    created_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [models.UniqueConstraint(name="keptanswer_once", fields=["user", "key"])]
        indexes = [models.Index(name="keptanswer_created", fields=["created_at"])]

    def __str__(self) -> str:
        return self.key
