"""What customers will bring (C8), by which model, and how many stay (C13)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from organization.models import OrgUnit
from segmentation.models.rhythm import Rhythm
from segmentation.querysets import NightlyQuerySet, PortfolioQuerySet, ValueModelQuerySet


class ValueModel(models.Model):
    """BG/NBD and Gamma-Gamma as fitted in one night, and whether that is used; one a night at most.

    Weeks are those of segmentation_active_weeks(); money is a week's, in the company's currency.
    """

    class Basis(models.TextChoices):
        """What a week is worth: as the rule set ranks customers."""

        REVENUE = "revenue", _("revenue")
        MARGIN = "margin", _("margin")

    class Rejection(models.TextChoices):
        """Why the last accepted model stays."""

        FEW_CUSTOMERS = "few_customers", _("too few customers came back")
        FEW_WEEKS = "few_weeks", _("too few weeks are known")
        OFF = "off", _("the weeks held out came out otherwise")
        NO_FIT = "no_fit", _("no parameters fit")

    as_of = models.DateField(_("as of"), unique=True)
    fitted_at = models.DateTimeField(_("fitted"), auto_now=True)
    basis = models.CharField(_("value"), max_length=10, choices=Basis)
    weeks = models.IntegerField(_("weeks known"))
    customers = models.IntegerField(_("customers"))
    returned = models.IntegerField(_("of them came back"))
    r = models.FloatField("r", null=True)
    alpha = models.FloatField("alpha", null=True)
    a = models.FloatField("a", null=True)
    b = models.FloatField("b", null=True)
    log_likelihood = models.FloatField(_("log-likelihood"), null=True)
    # Null where too few customers brought something.
    p = models.FloatField("p", null=True)
    q = models.FloatField("q", null=True)
    gamma = models.FloatField("gamma", null=True)
    # Of the model fitted without them: active weeks of all customers in the last weeks.
    holdout_weeks = models.IntegerField(_("weeks held out"), default=0)
    holdout_expected = models.FloatField(_("active weeks foretold"), null=True)
    holdout_actual = models.BigIntegerField(_("active weeks in fact"), null=True)
    # What the night of that day told of contract customers: how many ship since; and how many did.
    contracts_since = models.DateField(_("contract customers told"), null=True)
    contracts = models.IntegerField(_("contract customers"), default=0)
    contracts_expected = models.FloatField(_("to ship since"), null=True)
    contracts_actual = models.IntegerField(_("shipped in fact"), null=True)
    rejection = models.CharField(
        _("not used because"), max_length=20, choices=Rejection, blank=True
    )

    objects = ValueModelQuerySet.as_manager()

    class Meta:
        verbose_name = _("value model")
        verbose_name_plural = _("value models")
        ordering = ["-as_of"]
        constraints = [
            models.CheckConstraint(
                name="valuemodel_accepted_has_parameters",
                condition=~Q(rejection="")
                | Q(
                    r__isnull=False,
                    alpha__isnull=False,
                    a__isnull=False,
                    b__isnull=False,
                    holdout_actual__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.as_of}: {self.get_rejection_display() or 'accepted'}"


class CustomerValue(models.Model):
    """What one customer will bring (C8), as of one night; customers that never shipped have none.

    Money in the company's currency. Null is unknown: after one active week, without a model.
    """

    class Model(models.TextChoices):
        """By what the figures are told; empty where they are not."""

        BGNBD = "bgnbd", _("as it ships")
        RETENTION = "retention", _("by contract")

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="values", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="values", db_constraint=False
    )
    model = models.CharField(_("model"), max_length=10, choices=Model, blank=True)
    # Null where the last shipment is longer ago than the weeks that count.
    repeats = models.IntegerField(_("active weeks after the first"), null=True)
    recency = models.IntegerField(_("weeks from the first active to the last"), null=True)
    age = models.IntegerField(_("weeks since the first active"), null=True)
    p_alive = models.DecimalField(
        _("probability to be a customer still"), max_digits=7, decimal_places=6, null=True
    )
    expected_shipments_12m = models.DecimalField(
        _("shipments to come, 12 months"), max_digits=14, decimal_places=2, null=True
    )
    clv_12m = models.DecimalField(
        _("value to come, 12 months"), max_digits=20, decimal_places=2, null=True
    )
    # Of contract customers only: the same for good.
    lifetime_value = models.DecimalField(
        _("value to come, for good"), max_digits=20, decimal_places=2, null=True
    )
    risk_band = models.CharField(_("rhythm"), max_length=10, choices=Rhythm.State)
    reasons = models.JSONField(_("reasons"))
    has_contract = models.BooleanField(_("settles monthly by contract"))
    sent_before = models.BooleanField(_("shipped in the 12 months to a year ago"))

    field_classes = field_classes(
        internal="version customer model repeats recency age p_alive expected_shipments_12m clv_12m"
        " lifetime_value risk_band reasons has_contract sent_before"
    )

    objects = NightlyQuerySet["CustomerValue"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_customervalue"
        verbose_name = _("customer value")
        verbose_name_plural = _("customer values")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}: {self.clv_12m}"


class RetentionSum(models.Model):
    """An addend of C13, of customers of one unit and manager: always read sums, as of one night."""

    # Names rows for Django only: several may share it.
    pk = models.CompositePrimaryKey("version_id", "org_unit_id", "has_contract")
    version = models.ForeignKey(
        Version,
        models.DO_NOTHING,
        db_column="version",
        related_name="retention",
        db_constraint=False,
    )
    org_unit = models.ForeignKey(OrgUnit, models.DO_NOTHING, related_name="+", db_constraint=False)
    account_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
    )
    has_contract = models.BooleanField(_("settles monthly by contract"))
    then_customers = models.BigIntegerField(_("customers a year ago"))
    stayed_customers = models.BigIntegerField(pgettext_lazy("customers", "stayed"))
    then_revenue = models.DecimalField(_("their revenue then"), max_digits=24, decimal_places=2)
    revenue = models.DecimalField(_("their revenue now"), max_digits=24, decimal_places=2)
    capped_revenue = models.DecimalField(
        _("now, each at most as then"), max_digits=24, decimal_places=2
    )

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_retention"
        verbose_name = _("retention")
        verbose_name_plural = _("retention")

    def __str__(self) -> str:
        return f"{self.org_unit_id} v{self.version_id}: {self.stayed_customers}"
