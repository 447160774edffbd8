"""Whether the next parcel may go: the state kept for each customer, and what people decided.

Both kinds of row below `CreditFacts` are written by functions of the database (migration
`credit_functions`) and by nothing else.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.exact_json import ExactDecoder
from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet
from organization.models import User


class CreditStanding(models.TextChoices):
    """What becomes of the next parcel: hold and stop refuse it."""

    CLEAR = "clear", pgettext_lazy("credit", "Clear")
    WATCH = "watch", pgettext_lazy("credit", "Watch")
    HOLD = "hold", pgettext_lazy("credit", "Hold")
    STOP = "stop", pgettext_lazy("credit", "Stop")


REFUSING = (CreditStanding.HOLD, CreditStanding.STOP)


class LimitOf(models.TextChoices):
    """Whose limit counts."""

    OWN = "own", pgettext_lazy("limit", "Own")
    GROUP = "group", pgettext_lazy("limit", "The group's")
    NOBODY = "", pgettext_lazy("limit", "None")


def _money(label: Any) -> Any:
    return models.DecimalField(label, max_digits=20, decimal_places=2, default=0)


class CreditFacts(models.Model):
    """Exposure and state (B10) of one customer in one currency.

    `pooled` is what stands under the limit: the exposure of all who share it. `state` follows
    from the facts, `shown` also from what people decided.
    """

    currency = models.CharField(_("currency"), max_length=3)
    credit_limit = models.DecimalField(
        _("credit limit"), max_digits=20, decimal_places=2, null=True
    )
    limit_of = models.CharField(
        _("whose limit"), max_length=5, choices=LimitOf, blank=True, default=LimitOf.NOBODY
    )
    limit_until = models.DateField(_("limit valid until"), null=True)
    receivables = _money(_("receivables"))
    unbilled = _money(_("unbilled"))
    orders = _money(_("fresh orders"))
    unallocated = _money(_("unallocated"))
    deposit = _money(_("deposit"))
    exposure = _money(_("exposure"))
    pooled = _money(_("exposure under the limit"))
    used = models.DecimalField(_("use of the limit"), max_digits=20, decimal_places=6, null=True)
    overdue = _money(_("overdue"))
    worst_days = models.IntegerField(_("worst days overdue"), default=0)
    state = models.CharField(
        _("state by the facts"), max_length=5, choices=CreditStanding, default=CreditStanding.CLEAR
    )
    shown = models.CharField(
        _("credit state"), max_length=5, choices=CreditStanding, default=CreditStanding.CLEAR
    )
    reasons = ArrayField(models.CharField(max_length=20), verbose_name=_("reasons"), default=list)
    held = models.BooleanField(_("held by hand"), default=False)
    release_until = models.DateField(_("released until"), null=True)
    release_ceiling = models.DecimalField(
        _("released up to"), max_digits=20, decimal_places=2, null=True
    )

    class Meta:
        abstract = True


FACTS = (
    "currency credit_limit limit_of limit_until receivables unbilled orders unallocated deposit"
    " exposure pooled used overdue worst_days state shown reasons held release_until"
    " release_ceiling"
)


class CreditState(CreditFacts):
    """How it stands now, as of the last fact; a release in it ends by itself after its last day."""

    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        related_name="credit_states",
        verbose_name=_("customer"),
        db_constraint=False,  # written for a whole group at once: no locks on its files
        db_index=False,
    )
    # What the state was before these facts: judged twice, they say the same.
    before = models.CharField(
        _("state before"), max_length=5, choices=CreditStanding, default=CreditStanding.CLEAR
    )
    day = models.DateField(_("as of"), null=True)
    judged_at = models.DateTimeField(_("judged"))
    since = models.DateTimeField(_("in this state since"))

    field_classes = field_classes(internal=f"id customer {FACTS} before day judged_at since")

    objects = CustomerScopedQuerySet["CreditState"].as_manager()

    class Meta:
        verbose_name = _("credit state")
        verbose_name_plural = _("credit states")
        constraints = [
            models.UniqueConstraint(name="creditstate_once", fields=["customer", "currency"]),
        ]
        indexes = [
            models.Index(
                name="creditstate_not_clear",
                fields=["shown", "customer"],
                condition=~Q(shown="clear"),
            ),
            # Those that time overtakes: a release has ended, a limit since the state was judged.
            models.Index(
                name="creditstate_release_ends",
                fields=["release_until"],
                condition=Q(release_until__isnull=False),
            ),
            models.Index(
                name="creditstate_limit_ends",
                fields=["limit_until"],
                condition=Q(day__lte=F("limit_until")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.currency}: {self.shown}"


class CreditDecision(models.Model):
    """One change of a state with all it followed from; rows are only added."""

    customer = models.ForeignKey(
        Customer,
        models.CASCADE,
        related_name="credit_decisions",
        verbose_name=_("customer"),
        db_constraint=False,  # written for a whole group at once: no locks on its files
        db_index=False,
    )
    currency = models.CharField(_("currency"), max_length=3)
    day = models.DateField(_("day"))
    decided_at = models.DateTimeField(_("decided"))
    before = models.CharField(_("state before"), max_length=5, choices=CreditStanding)
    state = models.CharField(_("state by the facts"), max_length=5, choices=CreditStanding)
    shown = models.CharField(_("credit state"), max_length=5, choices=CreditStanding)
    reasons = ArrayField(models.CharField(max_length=20), verbose_name=_("reasons"), default=list)
    cause = models.CharField(_("cause"), max_length=20)
    actor = models.CharField(_("who"), max_length=200, blank=True)
    inputs = models.JSONField(_("decided from"), decoder=ExactDecoder)

    field_classes = field_classes(
        internal="id customer currency day decided_at before state shown reasons cause actor inputs"
    )

    objects = CustomerScopedQuerySet["CreditDecision"].as_manager()

    class Meta:
        verbose_name = _("credit decision")
        verbose_name_plural = _("credit decisions")
        ordering = ["-pk"]
        indexes = [models.Index(name="creditdecision_latest", fields=["customer", "-id"])]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.day}: {self.shown}"


class CreditHold(models.Model):
    """Stopped by hand until another person lifts it, with a reason."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="credit_holds", verbose_name=_("customer")
    )
    reason = models.CharField(_("reason"), max_length=500)
    placed_on = models.DateField(_("stopped on"))
    placed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("stopped by")
    )
    lifted_on = models.DateField(_("lifted on"), null=True)
    lifted_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("lifted by")
    )
    lift_reason = models.CharField(_("why it was lifted"), max_length=500, blank=True)

    field_classes = field_classes(
        internal="id customer reason placed_on placed_by lifted_on lifted_by lift_reason"
    )

    objects = CustomerScopedQuerySet["CreditHold"].as_manager()

    class Meta:
        verbose_name = _("hold by hand")
        verbose_name_plural = _("holds by hand")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="credithold_one_at_a_time", fields=["customer"], condition=Q(lifted_on=None)
            ),
            models.CheckConstraint(
                name="credithold_lifted_by_another",
                condition=Q(lifted_by=None) | ~Q(lifted_by=F("placed_by")),
            ),
            models.CheckConstraint(
                name="credithold_lifted_has_who_and_why",
                condition=Q(lifted_on=None, lifted_by=None, lift_reason="")
                | Q(lifted_on__isnull=False, lifted_by__isnull=False) & ~Q(lift_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.reason}"


class CreditRelease(models.Model):
    """Leave to ship on for a while although the facts say no: so much more, through a day.

    `ceiling` is the exposure when it was given plus `amount`: beyond it the release is used up.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="credit_releases", verbose_name=_("customer")
    )
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    ceiling = models.DecimalField(_("up to an exposure of"), max_digits=20, decimal_places=2)
    granted_on = models.DateField(_("from"))
    until = models.DateField(_("through"))
    reason = models.CharField(_("reason"), max_length=500)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    approved_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("approved by")
    )

    field_classes = field_classes(
        internal="id customer amount ceiling granted_on until reason asked_by approved_by"
    )

    objects = CustomerScopedQuerySet["CreditRelease"].as_manager()

    class Meta:
        verbose_name = _("temporary release")
        verbose_name_plural = _("temporary releases")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="creditrelease_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="creditrelease_by_a_second_person",
                condition=~Q(approved_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="creditrelease_ends", condition=Q(until__gte=F("granted_on"))
            ),
        ]
        indexes = [models.Index(name="creditrelease_latest", fields=["customer", "-id"])]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.amount} – {self.until}"


class Credit(CreditFacts):
    """Exposure, state, payment score and rating of one customer and currency as of one night.

    The partitions of the versioned table `contracts_credit`; customers that owe nothing, ship
    nothing unbilled and are clear have no row.
    """

    pk = models.CompositePrimaryKey("version_id", "customer_id", "currency")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="+", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="credit_nights", db_constraint=False
    )
    payment_score = models.DecimalField(
        _("payment score"), max_digits=5, decimal_places=2, null=True
    )
    rating_score = models.DecimalField(_("rating score"), max_digits=5, decimal_places=2, null=True)
    rating = models.CharField(pgettext_lazy("credit", "rating"), max_length=3, blank=True)
    parts = models.JSONField(_("parts of the rating"), decoder=ExactDecoder)

    field_classes = field_classes(
        internal=f"version customer {FACTS} payment_score rating_score rating parts"
    )

    objects = CustomerScopedQuerySet["Credit"].as_manager()

    class Meta:
        managed = False
        db_table = "contracts_credit"
        verbose_name = _("credit by night")
        verbose_name_plural = _("credit by night")

    def __str__(self) -> str:
        return f"{self.customer_id} {self.currency} v{self.version_id}"
