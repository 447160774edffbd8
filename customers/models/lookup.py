"""Who looked a company up beyond what they see."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LookUp(models.Model):
    """One question whether the company has a file somewhere; written by the database itself."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who")
    )
    at = models.DateTimeField(_("when"))
    text = models.CharField(_("asked for"), max_length=200)
    found = models.BooleanField(_("found"))

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        ordering = ["-pk"]
        indexes = [models.Index(name="lookup_of_user", fields=["user", "-at"])]

    def __str__(self) -> str:
        return self.text
