"""How people sign in: sessions, counted tries, second factors, and what happened around them."""

from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organization.models.people import User
from organization.querysets import SecurityEventQuerySet


class Session(AbstractBaseSession):
    """One sign-in at one device; a row that is gone is a session that has ended."""

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("user")
    )
    started_at = models.DateTimeField(_("signed in"), default=timezone.now)
    used_at = models.DateTimeField(_("last used"), default=timezone.now)  # to a few minutes
    address = models.GenericIPAddressField(_("address"), null=True)
    agent = models.TextField(_("browser"), default="")

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The engine that reads and writes these rows."""
        from organization.sessions import SessionStore  # noqa: PLC0415  # it needs this model

        return SessionStore


class SignInTry(models.Model):
    """How often one name was tried from one address, counted before a password is looked at."""

    key = models.CharField(max_length=64, primary_key=True)  # a digest of what is counted together
    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sign_in_tries", verbose_name=_("user")
    )
    address = models.GenericIPAddressField(_("address"), null=True)
    tries = models.PositiveIntegerField(_("tries"))
    ends_at = models.DateTimeField(_("counted until"))

    class Meta:
        verbose_name = _("sign-in try")
        verbose_name_plural = _("sign-in tries")
        indexes = [models.Index(name="signintry_ends", fields=["ends_at"])]

    def __str__(self) -> str:
        return f"{self.user or '?'} {self.address or ''}"


class SecondFactor(models.Model):
    """The authenticator app of a person; the secret is sealed with the site's key."""

    user = models.OneToOneField(
        User, models.CASCADE, related_name="second_factor", verbose_name=_("user")
    )
    secret = models.TextField(_("secret"))
    last_step = models.BigIntegerField(_("last time step"), default=0)  # a code counts once
    confirmed_at = models.DateTimeField(_("set up"), default=timezone.now)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """One code for the day the phone is lost; only its digest is kept."""

    user = models.ForeignKey(
        User, models.CASCADE, related_name="recovery_codes", verbose_name=_("user")
    )
    digest = models.CharField(_("digest"), max_length=64)
    used_at = models.DateTimeField(_("used"), null=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [
            models.UniqueConstraint(name="recoverycode_once", fields=["user", "digest"]),
        ]

    def __str__(self) -> str:
        return str(self.user)


class SecurityEvent(models.Model):
    """What happened around signing in. Rows are only added, and removed when they are old."""

    class Kind(models.TextChoices):
        """What happened."""

        SIGNED_IN = "signed_in", _("Signed in")
        SIGNED_OUT = "signed_out", _("Signed out")
        REFUSED = "refused", _("Sign-in refused")
        LOCKED = "locked", _("Locked after too many tries")
        UNLOCKED = "unlocked", _("Unlocked by an administrator")
        PASSWORD_CHANGED = "password_changed", _("Password changed")  # no secret
        SECOND_FACTOR_SET = "second_factor_set", _("Second factor set up")
        SECOND_FACTOR_REMOVED = "second_factor_removed", _("Second factor removed")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("New recovery codes")
        RECOVERY_CODE_USED = "recovery_code_used", _("Recovery code used")
        SESSION_ENDED = "session_ended", _("Session ended")
        ACCESS_ENDED = "access_ended", _("Access ended")
        ACCESS_GIVEN = "access_given", _("Access given back")
        INVITED = "invited", _("Invitation link made")
        KEY_MADE = "key_made", _("API key made")
        KEY_REVOKED = "key_revoked", _("API key revoked")

    class Way(models.TextChoices):
        """By what means."""

        NONE = "", "—"
        PASSWORD = "password", _("password")  # a word, no secret
        CODE = "code", _("second factor")
        RECOVERY_CODE = "recovery_code", _("recovery code")
        PROVIDER = "provider", _("single sign-on")
        INVITATION = "invitation", _("invitation link")
        DEMONSTRATION = "demonstration", _("demonstration")

    at = models.DateTimeField(_("when"), default=timezone.now)
    kind = models.CharField(_("what"), max_length=30, choices=Kind)
    way = models.CharField(_("means"), max_length=20, choices=Way, blank=True, default=Way.NONE)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="security_events", verbose_name=_("whom")
    )
    actor = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    address = models.GenericIPAddressField(_("address"), null=True)
    agent = models.TextField(_("browser"), default="")

    objects = SecurityEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("security event")
        verbose_name_plural = _("security events")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(name="securityevent_at", fields=["-at", "-id"]),
            models.Index(name="securityevent_user", fields=["user", "-at"]),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
