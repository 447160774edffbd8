"""By what a system shows that it may call the API."""

import datetime as dt

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.models import User


class Scope(models.TextChoices):
    """What a key may do; every operation asks for one of them."""

    CUSTOMERS_READ = "customers:read", _("Read customers")
    SERVICE_READ = "service:read", _("Read how customers are served, and its changes")
    WAYBILLS_READ = "waybills:read", _("Read waybills")
    WAYBILLS_WRITE = "waybills:write", _("Write waybills and their events")
    RECEIPTS_WRITE = "receipts:write", _("Record receipts")
    COMPLAINTS_WRITE = "complaints:write", _("Record complaints")
    ADMIN = "admin", _("Manage webhooks")


class ApiKey(models.Model):
    """One key of a system. Only a digest of its secret is kept; the prefix tells keys apart.

    The system is a user of the role "system": its home unit says which customers it reaches. It may
    have several keys at a time, so that a new one can be brought in before the old one is revoked.
    """

    PER_MINUTE = 6_000

    user = models.ForeignKey(
        User, models.PROTECT, related_name="api_keys", verbose_name=_("system")
    )
    prefix = models.CharField(_("beginning"), max_length=12, unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), verbose_name=_("scopes"))
    per_minute = models.PositiveIntegerField(_("calls a minute"), default=PER_MINUTE)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )
    last_used_at = models.DateTimeField(_("last used"), null=True)  # to a minute
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(name="apikey_some_scope", condition=~Q(scopes=[])),
            models.CheckConstraint(name="apikey_some_calls", condition=Q(per_minute__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.prefix}…)"

    def is_good(self, now: dt.datetime) -> bool:
        """Whether it opens anything: not revoked or expired, its system and unit still there."""
        unit = self.user.org_unit
        if self.revoked_at is not None or (self.expires_at is not None and self.expires_at <= now):
            return False
        if not self.user.is_active or not self.user.is_system or unit is None:
            return False
        return unit.closed_on is None or unit.closed_on > timezone.localdate(now)
