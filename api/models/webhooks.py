"""Who is told of changes, what was sent to them, and how each try went."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from api.querysets import DeliveryQuerySet, EndpointQuerySet
from organization.models import User


class Endpoint(models.Model):
    """An address of another system that is told of changes of the customers the system may see.

    Secrets are sealed with the site's key. While `old_secret` stands beside `secret`, messages are
    signed with both, so that the receiver can change over at any moment.
    """

    class Off(models.TextChoices):
        """Why nothing is sent."""

        BY_HAND = "by_hand", _("switched off")
        GONE = "gone", _("the receiver answered 410 Gone")
        FAILING = "failing", _("only failures for three days")

    system = models.ForeignKey(
        User, models.PROTECT, related_name="endpoints", verbose_name=_("system")
    )
    url = models.CharField(_("address"), max_length=2000)
    description = models.CharField(_("description"), max_length=200, blank=True)
    secret = models.TextField(_("secret"))
    old_secret = models.TextField(_("secret before"), blank=True, default="")
    old_until = models.DateTimeField(_("secret before is used until"), null=True)
    is_active = models.BooleanField(_("active"), default=True)
    off = models.CharField(_("why not"), max_length=10, choices=Off, blank=True, default="")
    failing_since = models.DateTimeField(_("failing since"), null=True)
    failures = models.PositiveIntegerField(_("failures one after the other"), default=0)
    rests_until = models.DateTimeField(_("rests until"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )

    objects = EndpointQuerySet["Endpoint"].as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="endpoint_says_why_it_is_off",
                condition=Q(is_active=True, off="") | (Q(is_active=False) & ~Q(off="")),
            ),
            models.CheckConstraint(
                name="endpoint_old_secret_ends",
                condition=Q(old_secret="", old_until=None)
                | (~Q(old_secret="") & Q(old_until__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.url


class Delivery(models.Model):
    """One message to one endpoint, from the change until it arrived or was given up.

    What it says is composed at each try: one sent late or again never brings back an old state.
    Messages of one `queue` (the customer's number; none for a test) are sent one after the other.
    `next_try_at` also holds a message while it is being sent: a killed sender's are due again then.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        FAILED = "failed", _("given up")

    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    message = models.CharField(_("message"), max_length=60)
    queue = models.BigIntegerField(_("queue"), null=True)
    code = models.CharField(_("customer code"), max_length=100, blank=True)
    fields = ArrayField(models.CharField(max_length=30), verbose_name=_("what changed"))
    changed_at = models.DateTimeField(_("changed"))
    created_at = models.DateTimeField(_("written"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    give_up_at = models.DateTimeField(_("given up after"))
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = DeliveryQuerySet["Delivery"].as_manager()

    class Meta:
        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(name="delivery_once", fields=["endpoint", "message"]),
        ]
        indexes = [
            models.Index(
                name="delivery_due",
                fields=["endpoint", "next_try_at", "id"],
                condition=Q(state="waiting"),
            ),
            models.Index(
                name="delivery_queue",
                fields=["endpoint", "queue", "id"],
                condition=Q(state="waiting"),
            ),
            models.Index(name="delivery_state", fields=["state", "created_at"]),
        ]

    def __str__(self) -> str:
        return self.message


class Attempt(models.Model):
    """One try to deliver a message. Nobody changes it; it goes with its webhook."""

    delivery = models.ForeignKey(
        Delivery, models.CASCADE, related_name="tries", verbose_name=_("webhook message")
    )
    at = models.DateTimeField(_("when"))
    status = models.PositiveSmallIntegerField(_("answered"), null=True)
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    error = models.CharField(_("error"), max_length=200, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)  # its beginning

    class Meta:
        verbose_name = _("try to deliver")
        verbose_name_plural = _("tries to deliver")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.delivery}: {self.status or self.error}"
