"""What customers are worth: each night's figures and classes.

Counts and amounts are stored, never percentages: rates are made by `segmentation.rules` or
`segmentation.reports` from the parts kept here.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import field_classes
from core.models import Version
from customers.models import Customer
from organization.models import OrgUnit
from segmentation.querysets import NightlyQuerySet, PortfolioQuerySet


class Figures(models.Model):
    """The indicators (C0) of one customer as of one night, money in the company's currency.

    One row for every customer that is not merged into another; written by the night only.
    """

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="figures", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="figures", db_constraint=False
    )
    shipments_12m = models.BigIntegerField(_("shipments, 12 months"))
    revenue_12m = models.DecimalField(_("revenue, 12 months"), max_digits=20, decimal_places=2)
    # Null while the cost of a waybill of the window is unknown.
    cost_12m = models.DecimalField(_("cost, 12 months"), max_digits=20, decimal_places=2, null=True)
    margin_12m = models.DecimalField(
        _("margin, 12 months"), max_digits=20, decimal_places=2, null=True
    )
    revenue_prev_12m = models.DecimalField(
        _("revenue, 12 months before"), max_digits=20, decimal_places=2
    )
    # Of the window's waybills: delivered by the day with a promise, and of these in time.
    promised = models.BigIntegerField(_("delivered with a promise"))
    on_time = models.BigIntegerField(_("delivered on time"))
    exceptions = models.BigIntegerField(_("with an exception"))
    last_accepted_on = models.DateField(_("last shipment"), null=True)
    # Due collection rate (B5) = collected / due; null where no line stands in question.
    due = models.DecimalField(_("amount due"), max_digits=20, decimal_places=2, null=True)
    collected = models.DecimalField(
        _("collected of it"), max_digits=20, decimal_places=2, null=True
    )
    # mean_days_late = paid_days_late / paid, over the lines paid up in the window.
    paid = models.DecimalField(_("paid up"), max_digits=20, decimal_places=2, null=True)
    paid_days_late = models.DecimalField(
        _("paid up x days late"), max_digits=26, decimal_places=2, null=True
    )
    # Of the four amounts above.
    receivables_currency = models.CharField(_("currency"), max_length=3, null=True)  # noqa: DJ001  # null: no currency, which is not an empty one
    # The windows of segmentation.rules.recent; null in nights from before they were counted.
    revenue_3m = models.DecimalField(
        _("revenue, 3 months"), max_digits=20, decimal_places=2, null=True
    )
    revenue_prev_3m = models.DecimalField(
        _("revenue, 3 months before"), max_digits=20, decimal_places=2, null=True
    )
    revenue_3m_year_ago = models.DecimalField(
        _("revenue, same 3 months a year ago"), max_digits=20, decimal_places=2, null=True
    )
    # Of the days that are like those of revenue_3m: feasts with feasts (core.like_days).
    revenue_3m_like = models.DecimalField(
        _("revenue, like 3 months a year ago"), max_digits=20, decimal_places=2, null=True
    )
    revenue_month = models.DecimalField(
        _("revenue, month to date"), max_digits=20, decimal_places=2, null=True
    )
    revenue_month_year_ago = models.DecimalField(
        _("revenue, month to date a year ago"), max_digits=20, decimal_places=2, null=True
    )

    field_classes = field_classes(
        internal="version customer shipments_12m revenue_12m cost_12m margin_12m revenue_prev_12m"
        " promised on_time exceptions last_accepted_on due collected paid paid_days_late"
        " receivables_currency revenue_3m revenue_prev_3m revenue_3m_year_ago revenue_month"
        " revenue_month_year_ago revenue_3m_like"
    )

    objects = NightlyQuerySet["Figures"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_figures"
        verbose_name = _("customer figures")
        verbose_name_plural = _("customer figures")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}"


class Classification(models.Model):
    """What one night decided on one customer: classes, tier, grade, kind, lifecycle (C1-C5).

    `value_share` = value if positive / value_total, `cumulative_share` = value_above / value_total.
    """

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version,
        models.DO_NOTHING,
        db_column="version",
        related_name="classifications",
        db_constraint=False,
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="classifications", db_constraint=False
    )
    # Null while the margin is the value and its cost is unknown.
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=2, null=True)
    value_above = models.DecimalField(
        _("value of all strictly above"), max_digits=20, decimal_places=2, null=True
    )
    value_total = models.DecimalField(_("all positive value"), max_digits=20, decimal_places=2)
    abc_class = models.CharField(_("ABC class"), max_length=1, choices=Customer.AbcClass)
    # Empty for customers that did not ship, and for all when too few did.
    abc_class_by_count = models.CharField(
        _("ABC class by head count"), max_length=1, choices=Customer.AbcClass, blank=True
    )
    size = models.CharField(_("size"), max_length=10, choices=Customer.Tier)
    tier = models.CharField(_("tier"), max_length=10, choices=Customer.Tier)
    # Where class and size lean to, and for how many nights in a row (C4); "" and 0: nowhere.
    abc_toward = models.CharField(
        _("class leans to"), max_length=1, choices=Customer.AbcClass, blank=True
    )
    abc_nights = models.IntegerField(_("nights in a row"), default=0)
    size_toward = models.CharField(
        _("size leans to"), max_length=10, choices=Customer.Tier, blank=True
    )
    size_nights = models.IntegerField(_("nights in a row"), default=0)
    # Scores of 0 to 100; null where too little is known (C5).
    current_score = models.DecimalField(
        _("current value score"), max_digits=5, decimal_places=2, null=True
    )
    potential_score = models.DecimalField(
        _("potential value score"), max_digits=5, decimal_places=2, null=True
    )
    value_grade = models.CharField(
        _("value grade"), max_length=4, choices=Customer.ValueGrade, blank=True
    )
    key_account_kind = models.CharField(
        _("key-account kind"), max_length=9, choices=Customer.KeyAccountKind, blank=True
    )
    lifecycle = models.CharField(
        _("lifecycle"), max_length=9, choices=Customer.Lifecycle, blank=True
    )
    is_risk = models.BooleanField(_("at risk"))
    is_potential = models.BooleanField(_("potential"))
    reasons = models.JSONField(_("reasons"))

    field_classes = field_classes(
        internal="version customer value value_above value_total abc_class abc_class_by_count size"
        " tier is_risk is_potential reasons abc_toward abc_nights size_toward size_nights"
        " current_score potential_score value_grade key_account_kind lifecycle"
    )

    objects = NightlyQuerySet["Classification"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_classification"
        verbose_name = _("classification")
        verbose_name_plural = _("classifications")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}: {self.tier} {self.abc_class}"


class Move(models.Model):
    """A customer whose tier differs from that of the night before."""

    pk = models.CompositePrimaryKey("version_id", "customer_id")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="moves", db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="moves", db_constraint=False
    )
    tier_before = models.CharField(_("tier before"), max_length=10, choices=Customer.Tier)
    tier = models.CharField(_("tier"), max_length=10, choices=Customer.Tier)
    revenue_12m = models.DecimalField(_("revenue, 12 months"), max_digits=20, decimal_places=2)

    field_classes = field_classes(internal="version customer tier_before tier revenue_12m")

    objects = NightlyQuerySet["Move"].as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_move"
        verbose_name = _("move between tiers")
        verbose_name_plural = _("moves between tiers")

    def __str__(self) -> str:
        return f"{self.customer_id} v{self.version_id}: {self.tier_before} → {self.tier}"


class Portfolio(models.Model):
    """An addend of what the customers of one unit, manager and tier come to, as of one night.

    Rows add up: always read sums, never single rows. Revenue is in the company's currency, `due`
    and `collected` are in `receivables_currency` ("" where nothing was due). NPS is of 90 days.
    """

    # Names rows for Django only: several may share it.
    pk = models.CompositePrimaryKey("version_id", "org_unit_id", "tier", "receivables_currency")
    version = models.ForeignKey(
        Version,
        models.DO_NOTHING,
        db_column="version",
        related_name="portfolios",
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
    tier = models.CharField(_("tier"), max_length=10, choices=Customer.Tier)
    receivables_currency = models.CharField(_("currency"), max_length=3)
    customers = models.BigIntegerField(_("customers"))
    revenue_12m = models.DecimalField(_("revenue, 12 months"), max_digits=24, decimal_places=2)
    revenue_prev_12m = models.DecimalField(
        _("revenue, 12 months before"), max_digits=24, decimal_places=2
    )
    revenue_3m = models.DecimalField(_("revenue, 3 months"), max_digits=24, decimal_places=2)
    revenue_prev_3m = models.DecimalField(
        _("revenue, 3 months before"), max_digits=24, decimal_places=2
    )
    revenue_3m_year_ago = models.DecimalField(
        _("revenue, same 3 months a year ago"), max_digits=24, decimal_places=2
    )
    revenue_month = models.DecimalField(
        _("revenue, month to date"), max_digits=24, decimal_places=2
    )
    revenue_month_year_ago = models.DecimalField(
        _("revenue, month to date a year ago"), max_digits=24, decimal_places=2
    )
    due = models.DecimalField(_("amount due"), max_digits=24, decimal_places=2)
    collected = models.DecimalField(_("collected of it"), max_digits=24, decimal_places=2)
    promised = models.BigIntegerField(_("delivered with a promise"))
    on_time = models.BigIntegerField(_("delivered on time"))
    nps_answers = models.BigIntegerField(_("NPS answers"))
    nps_promoters = models.BigIntegerField(_("promoters"))
    nps_detractors = models.BigIntegerField(_("detractors"))

    objects = PortfolioQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "segmentation_portfolio"
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")

    def __str__(self) -> str:
        return f"{self.org_unit_id} {self.account_manager_id} {self.tier} v{self.version_id}"


class Curve(models.Model):
    """A point of a unit's Pareto curve: what its first `place` heads hold, as of one night.

    See `segmentation.rules.concentration`. The heads are of the unit and the units below it.
    """

    pk = models.CompositePrimaryKey("version_id", "org_unit_id", "place")
    version = models.ForeignKey(
        Version, models.DO_NOTHING, db_column="version", related_name="curves", db_constraint=False
    )
    org_unit = models.ForeignKey(OrgUnit, models.DO_NOTHING, related_name="+", db_constraint=False)
    place = models.BigIntegerField(_("heads from the top"))
    held = models.DecimalField(_("value they hold"), max_digits=24, decimal_places=2)
    heads = models.BigIntegerField(_("all heads"))
    total = models.DecimalField(_("all positive value"), max_digits=24, decimal_places=2)
    weighted = models.DecimalField(_("sum of place x value"), max_digits=36, decimal_places=2)

    class Meta:
        managed = False
        db_table = "segmentation_curve"
        verbose_name = _("Pareto curve")
        verbose_name_plural = _("Pareto curves")

    def __str__(self) -> str:
        return f"{self.org_unit_id} v{self.version_id}: {self.place} of {self.heads}"
