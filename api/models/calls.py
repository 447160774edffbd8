"""What systems call: counted by the hour, and each failure by itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from api.models.keys import ApiKey


class CallCount(models.Model):
    """The calls of one key at one address in one hour."""

    key = models.ForeignKey(
        ApiKey, models.CASCADE, related_name="counts", verbose_name=_("API key")
    )
    method = models.CharField(_("method"), max_length=10)
    route = models.CharField(_("route"), max_length=100)
    hour = models.DateTimeField(_("hour"))
    calls = models.PositiveIntegerField(_("calls"))
    failures = models.PositiveIntegerField(_("failures"))
    milliseconds = models.PositiveBigIntegerField(_("milliseconds in all"))
    last_at = models.DateTimeField(_("last call"))

    class Meta:
        verbose_name = _("calls of an hour")
        verbose_name_plural = _("calls by the hour")
        ordering = ["-hour", "-last_at"]
        constraints = [
            models.UniqueConstraint(
                name="callcount_once_an_hour", fields=["key", "method", "route", "hour"]
            ),
        ]
        indexes = [models.Index(name="callcount_hour", fields=["hour"])]

    def __str__(self) -> str:
        return f"{self.key}: {self.method} {self.route}"


class FailedCall(models.Model):
    """A call that was answered with a problem; without a key when none was good. Only added."""

    key = models.ForeignKey(
        ApiKey, models.CASCADE, null=True, related_name="failed_calls", verbose_name=_("API key")
    )
    at = models.DateTimeField(_("when"))
    method = models.CharField(_("method"), max_length=10)
    route = models.CharField(_("route"), max_length=100)
    status = models.PositiveSmallIntegerField(_("answered"))
    code = models.CharField(_("problem"), max_length=40)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    request = models.CharField(_("request id"), max_length=40)

    class Meta:
        verbose_name = _("failed call")
        verbose_name_plural = _("failed calls")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(name="failedcall_at", fields=["-at"])]

    def __str__(self) -> str:
        return f"{self.method} {self.route}: {self.code}"
