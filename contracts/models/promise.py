"""What customers promised to pay, and whether they did."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.plan import PlanLine
from contracts.rules.promises import MOST_REPLACEMENTS
from core.fields import field_classes
from customers.models import CreditEvent, Customer
from customers.querysets import CustomerScopedQuerySet


class Promise(models.Model):
    """So much by a day, for one line or for what the customer owes in the currency (B8).

    `state` and `received` follow the receipts (services.judge_promises). While one is open the
    payment-due alerts of its lines wait until `due_on`.
    """

    class State(models.TextChoices):
        """What it has come to."""

        OPEN = "open", pgettext_lazy("promise", "Open")
        KEPT = "kept", pgettext_lazy("promise", "Kept")
        PARTIAL = "partial", pgettext_lazy("promise", "Kept in part")
        BROKEN = "broken", pgettext_lazy("promise", "Broken")
        CANCELLED = "cancelled", pgettext_lazy("promise", "Cancelled")
        REPLACED = "replaced", pgettext_lazy("promise", "Replaced")

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="promises", verbose_name=_("customer")
    )
    line = models.ForeignKey(
        PlanLine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("plan line"),
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    made_on = models.DateField(_("promised on"))
    due_on = models.DateField(_("promised for"))
    counts_until = models.DateField(_("money counts until"))  # two workdays later
    # Without a line: it is (nearly) all that was overdue, whose alerts wait for it.
    covers_overdue = models.BooleanField(_("covers what was overdue"), default=False)
    note = models.CharField(_("note"), max_length=500, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    replacements = models.PositiveSmallIntegerField(_("replacements before"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    received = models.DecimalField(_("received"), max_digits=18, decimal_places=2, default=0)
    decided_on = models.DateField(_("known since"), null=True, blank=True)
    # Kept or broken, it speaks for or against the customer's integrity (P8).
    evidence = models.OneToOneField(
        CreditEvent,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("evidence"),
    )
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("noted by")
    )
    noted_at = models.DateTimeField(_("noted"), db_default=Now())

    field_classes = field_classes(
        internal="id customer line amount currency made_on due_on counts_until covers_overdue note"
        " replaces replacements state received decided_on evidence noted_by noted_at"
    )

    objects = CustomerScopedQuerySet["Promise"].as_manager()

    class Meta:
        verbose_name = _("promise to pay")
        verbose_name_plural = _("promises to pay")
        ordering = ["-made_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="promise_amount_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="promise_days_in_order",
                condition=Q(due_on__gte=F("made_on"), counts_until__gte=F("due_on")),
            ),
            models.CheckConstraint(
                name="promise_received_within_amount",
                condition=Q(received__gte=0, received__lte=F("amount")),
            ),
            models.CheckConstraint(
                name="promise_decided_has_day",
                condition=Q(state="open", decided_on=None)
                | ~Q(state="open") & Q(decided_on__isnull=False),
            ),
            models.CheckConstraint(
                name="promise_replaced_twice_at_most",
                condition=Q(replacements__lte=MOST_REPLACEMENTS),
            ),
            models.UniqueConstraint(
                name="promise_one_open_a_line", fields=["line"], condition=Q(state="open")
            ),
        ]
        indexes = [
            models.Index(name="promise_open", fields=["counts_until"], condition=Q(state="open")),
            models.Index(name="promise_of_customer", fields=["customer", "-made_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.amount} {self.currency} {self.due_on}"
