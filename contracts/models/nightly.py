"""What the night makes of the ledger: ageing of all customers, payment notices."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.plan import PlanLine
from contracts.querysets import AgeingQuerySet
from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from customers.querysets import CustomerScopedQuerySet


class Ageing(models.Model):
    """One customer and currency as of one night; only those with an open line or credit.

    The partitions of the versioned table `contracts_ageing`: read those of the current version.
    """

    pk = models.CompositePrimaryKey("version_id", "customer_id", "currency")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="ageing", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="ageing", db_constraint=False
    )
    currency = models.CharField(_("currency"), max_length=3)
    not_due = models.DecimalField(_("not due"), max_digits=20, decimal_places=2)
    d1_30 = models.DecimalField(_("1-30 days"), max_digits=20, decimal_places=2)
    d31_60 = models.DecimalField(_("31-60 days"), max_digits=20, decimal_places=2)
    d61_90 = models.DecimalField(_("61-90 days"), max_digits=20, decimal_places=2)
    d91_180 = models.DecimalField(_("91-180 days"), max_digits=20, decimal_places=2)
    d181_365 = models.DecimalField(_("181-365 days"), max_digits=20, decimal_places=2)
    d365_plus = models.DecimalField(_("over 365 days"), max_digits=20, decimal_places=2)
    overdue = models.DecimalField(_("overdue"), max_digits=20, decimal_places=2)
    unallocated = models.DecimalField(_("unallocated"), max_digits=20, decimal_places=2)
    balance = models.DecimalField(_("balance"), max_digits=20, decimal_places=2)
    oldest_due_on = models.DateField(_("oldest due date"), null=True)
    # Of what is not due, what falls due in the first to the fourth week after the night.
    due_w1 = models.DecimalField(_("due in week 1"), max_digits=20, decimal_places=2, default=0)
    due_w2 = models.DecimalField(_("due in week 2"), max_digits=20, decimal_places=2, default=0)
    due_w3 = models.DecimalField(_("due in week 3"), max_digits=20, decimal_places=2, default=0)
    due_w4 = models.DecimalField(_("due in week 4"), max_digits=20, decimal_places=2, default=0)
    # Where the customer stands now: a trigger lets all versions follow a move (migration 0005).
    org_unit_id = models.BigIntegerField(_("unit"))
    account_manager_id = models.BigIntegerField(_("account manager"), null=True)

    field_classes = field_classes(
        internal="version customer currency not_due d1_30 d31_60 d61_90 d91_180 d181_365 d365_plus"
        " overdue unallocated balance oldest_due_on due_w1 due_w2 due_w3 due_w4 org_unit_id"
        " account_manager_id"
    )

    objects = AgeingQuerySet["Ageing"].as_manager()

    class Meta:
        managed = False
        db_table = "contracts_ageing"
        verbose_name = _("ageing")
        verbose_name_plural = _("ageing")

    def __str__(self) -> str:
        return f"{self.customer_id} {self.currency} v{self.version_id}"


class PaymentNotice(models.Model):
    """A stage of a line's payment-due ladder that was sent, with those passed over on the way.

    Stages are passed over when runs were missed; those below the last one sent never come again.
    """

    line = models.ForeignKey(
        PlanLine,
        models.PROTECT,
        related_name="payment_notices",
        verbose_name=_("plan line"),
        db_index=False,  # `paymentnotice_once` begins with it
    )
    customer = models.ForeignKey(
        Customer,
        models.PROTECT,
        related_name="+",
        verbose_name=_("customer"),
        db_constraint=False,
        db_index=False,
    )
    stage = models.SmallIntegerField(_("stage"))  # days from the due date
    noticed_on = models.DateField(_("noticed on"))
    skipped = ArrayField(models.SmallIntegerField(), verbose_name=_("skipped stages"), default=list)

    field_classes = field_classes(internal="id line customer stage noticed_on skipped")

    objects = CustomerScopedQuerySet["PaymentNotice"].as_manager()

    class Meta:
        verbose_name = _("payment notice")
        verbose_name_plural = _("payment notices")
        constraints = [
            models.UniqueConstraint(name="paymentnotice_once", fields=["line", "stage"]),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.stage:+d}"
