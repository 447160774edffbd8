"""What a contract promises beyond its price: service, rebates, changes, work beside it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models.contract import Contract
from contracts.querysets import AmendmentQuerySet
from contracts.rules.amendments import Refusal as Reason
from core.fields import field_classes
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet


class Commitment(models.Model):
    """A service level that was promised; each night says how it was kept (CommitmentResult)."""

    class Measure(models.TextChoices):
        """What is measured: shares as fractions, hours as hours."""

        ON_TIME = "on_time", pgettext_lazy("commitment", "On time, at least")
        DAMAGE = "damage", pgettext_lazy("commitment", "Damaged, at most")
        RESPONSE = "response", pgettext_lazy("commitment", "First answer to complaints, within")

    contract = models.ForeignKey(
        Contract, models.CASCADE, related_name="commitments", verbose_name=_("contract")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    measure = models.CharField(_("measure"), max_length=10, choices=Measure)
    agreed = models.DecimalField(_("agreed value"), max_digits=10, decimal_places=6)

    field_classes = field_classes(internal="id contract customer measure agreed")

    objects = CustomerScopedQuerySet["Commitment"].as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["contract", "measure"]
        constraints = [
            models.UniqueConstraint(name="commitment_once", fields=["contract", "measure"]),
            models.CheckConstraint(
                name="commitment_agreed_in_range",
                condition=Q(agreed__gte=0) & (Q(measure="response") | Q(agreed__lte=1)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.measure}"


class CommitmentResult(models.Model):
    """How a commitment was kept in a month, and in the 12 months that end with it.

    `month` counts as everywhere (year x 12 + month - 1); months before the contract began do not
    count. `value` is null where nothing was measured; `count` says by how many waybills or answers.
    """

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="results", verbose_name=_("commitment")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    month = models.IntegerField(_("month"))
    count = models.IntegerField(_("measured on"))
    value = models.DecimalField(
        _("kept in the month"), max_digits=10, decimal_places=6, null=True, blank=True
    )
    year_count = models.IntegerField(_("measured on in 12 months"))
    year_value = models.DecimalField(
        _("kept in 12 months"), max_digits=10, decimal_places=6, null=True, blank=True
    )
    met = models.BooleanField(_("kept"), null=True)

    field_classes = field_classes(
        internal="id commitment customer month count value year_count year_value met"
    )

    objects = CustomerScopedQuerySet["CommitmentResult"].as_manager()

    class Meta:
        verbose_name = _("result of a commitment")
        verbose_name_plural = _("results of commitments")
        ordering = ["commitment", "-month"]
        constraints = [
            models.UniqueConstraint(name="commitmentresult_once", fields=["commitment", "month"]),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.month}"


class ExtraWork(models.Model):
    """Work beyond the contract: who allowed it, what it cost us, billed or a favour."""

    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="extra_work", verbose_name=_("contract")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    done_on = models.DateField(_("done on"))
    what = models.CharField(_("what was done"), max_length=300)
    allowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("allowed by"),
    )
    cost = models.DecimalField(_("cost"), max_digits=18, decimal_places=2)
    billed = models.DecimalField(
        _("billed"), max_digits=18, decimal_places=2, default=0, db_default=0
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    reason = models.CharField(_("why it was not billed"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered"), db_default=Now())

    field_classes = field_classes(
        internal="id contract customer done_on what allowed_by cost billed currency reason"
        " entered_by entered_at"
    )

    objects = CustomerScopedQuerySet["ExtraWork"].as_manager()

    class Meta:
        verbose_name = _("work beyond the contract")
        verbose_name_plural = _("work beyond contracts")
        ordering = ["-done_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="extrawork_not_negative", condition=Q(cost__gte=0, billed__gte=0)
            ),
            models.CheckConstraint(
                name="extrawork_billed_or_reason", condition=Q(billed__gt=0) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.what}"


class RebateStep(models.Model):
    """From a year's revenue on, the whole of it earns this rate at the end of the year."""

    contract = models.ForeignKey(
        Contract, models.CASCADE, related_name="rebate_steps", verbose_name=_("contract")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    from_revenue = models.DecimalField(_("from revenue"), max_digits=18, decimal_places=2)
    rate = models.DecimalField(_("rate"), max_digits=7, decimal_places=6)

    field_classes = field_classes(internal="id contract customer from_revenue rate")

    objects = CustomerScopedQuerySet["RebateStep"].as_manager()

    class Meta:
        verbose_name = _("step of a rebate")
        verbose_name_plural = _("steps of rebates")
        ordering = ["contract", "from_revenue"]
        constraints = [
            models.UniqueConstraint(name="rebatestep_once", fields=["contract", "from_revenue"]),
            models.CheckConstraint(
                name="rebatestep_in_range",
                condition=Q(from_revenue__gte=0, rate__gte=0, rate__lte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.from_revenue} {self.rate}"


class Amendment(models.Model):
    """A numbered change of a contract. `changes`: field -> [before, after], as texts.

    `before` of a field is filled when it comes into force; `applied_on` is null until then, and
    stays so where `refusal` says why it could not.
    """

    class Refusal(models.TextChoices):
        """Why it did not come into force when its day had come."""

        BEGINS_LATER = Reason.BEGINS_LATER.value, _("the contract begins after the new end")
        ENDS_BEFORE = Reason.ENDS_BEFORE.value, _("the new end lies before the change is in force")
        TERMINATED = Reason.TERMINATED.value, _("the contract is terminated: its last day stays")

    contract = models.ForeignKey(
        Contract, models.CASCADE, related_name="amendments", verbose_name=_("contract")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    signed_on = models.DateField(_("signed on"))
    in_force_from = models.DateField(_("in force from"))
    text = models.CharField(_("what changes"), max_length=500)
    changes = models.JSONField(_("changed terms"), default=dict)
    applied_on = models.DateField(_("in force since"), null=True, blank=True)
    refusal = models.CharField(
        _("why it is not in force"),
        max_length=20,
        choices=Refusal,
        blank=True,
        default="",
        db_default="",
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("written by"),
    )

    field_classes = field_classes(
        internal="id contract customer number signed_on in_force_from text changes applied_on"
        " refusal written_by"
    )

    objects = AmendmentQuerySet["Amendment"].as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(name="amendment_once", fields=["contract", "number"]),
        ]
        indexes = [
            models.Index(
                name="amendment_waiting",
                fields=["in_force_from"],
                condition=Q(applied_on=None, refusal=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.number}"
